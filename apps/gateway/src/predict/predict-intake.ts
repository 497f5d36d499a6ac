import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { ModelOptionsDto, PictureUrlDto } from '@kadr/contracts';
import type { ModelCardV1 } from '@kadr/contracts';
import { normalisePicture } from '@kadr/media';
import type { NormalisedPicture, PictureInput } from '@kadr/media';
import type { Request, Response } from 'express';
import { notServing } from '../models/models.service.js';
import { OptionsService } from '../options/options.service.js';
import { PictureFetcher } from '../uploads/picture-fetcher.js';
import { TemporaryFolders } from '../uploads/temporary-folders.js';
import type { Upload } from '../uploads/upload.js';
import { UploadService, noFile } from '../uploads/upload.service.js';

/** A picture that is ready to be looked at, and what is asked of it. */
export interface Wanted {
  picture: NormalisedPicture;
  model: ModelCardV1;
  options: ModelOptionsDto;
}

/** Reads the request of a prediction. */
@Injectable()
export class PredictIntake {
  constructor(
    private readonly config: Config,
    private readonly options: OptionsService,
    private readonly folders: TemporaryFolders,
    private readonly uploads: UploadService,
    private readonly fetcher: PictureFetcher,
  ) {}

  /** @throws AppError saying what is wrong with the request or its picture; `model-loading`, `model-failed`. */
  async read(request: Request, response: Response): Promise<Wanted> {
    // What the query says is judged before the body is taken in.
    const early = this.options.read(ModelOptionsDto, request.query);
    const away = notServing(early.model);
    if (away) throw away;
    const small = await this.uploads.receiveSmall(request);
    if (small) return { picture: await this.normalise(small), ...early };
    return this.folders.use(async (folder) => {
      const upload = await this.uploads.receive(request, response, folder, 1);
      const asked = this.options.read(upload.kind === 'json' ? PictureUrlDto : ModelOptionsDto, {
        ...request.query,
        ...upload.fields,
      });
      const path = await this.pathOf(upload, asked.options, folder);
      return { picture: await this.normalise(path), ...asked };
    });
  }

  private normalise(picture: PictureInput): Promise<NormalisedPicture> {
    return normalisePicture(picture, { maxPixels: this.config.MAX_PIXELS });
  }

  private async pathOf(upload: Upload, options: ModelOptionsDto, folder: string): Promise<string> {
    if (options instanceof PictureUrlDto) {
      const file = join(folder, 'fetched');
      await this.fetcher.fetch(options.url, file);
      return file;
    }
    if (upload.kind === 'json' || upload.files.length === 0) throw noFile();
    return upload.files[0].path;
  }
}
