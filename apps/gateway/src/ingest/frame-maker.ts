import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { BLOBS, encodeFrame, formatSource } from '@kadr/contracts';
import type { FrameOptions, JobOptionsV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { normalisePicture } from '@kadr/media';
import { BlobStore } from '@kadr/storage';
import type { OutgoingMessage } from '@kadr/transport';
import { v7 as uuid } from 'uuid';
import { PictureFetcher } from '../uploads/picture-fetcher.js';
import { TemporaryFolders } from '../uploads/temporary-folders.js';
import type { IngestItem } from './ingest-item.js';

/** Makes the frame of an item: fetched or uploaded, normalised, stored. */
@Injectable()
export class FrameMaker {
  constructor(
    private readonly config: Config,
    private readonly blobs: BlobStore,
    private readonly folders: TemporaryFolders,
    private readonly fetcher: PictureFetcher,
  ) {}

  /** @throws AppError saying why the item cannot be a frame. */
  async make(item: IngestItem): Promise<OutgoingMessage> {
    if (item.error) throw new AppError('unprocessable', item.error.code, item.error.detail);
    const picture = await this.folders.use(async (folder) => {
      const path = join(folder, 'picture');
      await this.bring(item, path);
      return normalisePicture(path, { maxPixels: this.config.MAX_PIXELS });
    });
    const blob = BLOBS.picture(item.jobId, item.sequence);
    await this.blobs.put(blob, picture.jpeg);
    const frame = encodeFrame(
      {
        id: uuid(),
        source: formatSource({ kind: 'job', id: item.jobId }),
        sequence: item.sequence,
        model: item.model,
        width: picture.width,
        height: picture.height,
        capturedAt: new Date().toISOString(),
        options: frameOptions(item.options),
        image: picture.jpeg,
      },
      'batch',
    );
    return { ...frame, blob };
  }

  private async bring(item: IngestItem, path: string): Promise<void> {
    if (item.url !== undefined) return this.fetcher.fetch(item.url, path);
    const { stream } = await this.blobs.stream(item.blob ?? BLOBS.upload(item.jobId, item.sequence));
    await pipeline(stream, createWriteStream(path));
  }
}

/** What of a job's options is for the workers. */
function frameOptions({ threshold, classes, masks, annotate }: JobOptionsV1): FrameOptions {
  return { threshold, classes, masks, annotate };
}
