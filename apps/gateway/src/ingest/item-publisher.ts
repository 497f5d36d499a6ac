import { Injectable } from '@nestjs/common';
import { TOPICS, encodeOutcome, formatSource, framesTopic } from '@kadr/contracts';
import type { Outcome } from '@kadr/contracts';
import { toAppError } from '@kadr/errors';
import { BlobStore, UploadsRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import type { OutgoingMessage } from '@kadr/transport';
import { v7 as uuid } from 'uuid';
import { FrameMaker } from './frame-maker.js';
import type { IngestItem } from './ingest-item.js';

/** Says whether an item may still be published; from then on it may not be by anybody else. */
export type Claim = (item: IngestItem) => boolean;

/** Publishes items: as a frame, or as the outcome of one that will never be a frame. Published first, marked after. */
@Injectable()
export class ItemPublisher {
  constructor(
    private readonly frames: FrameMaker,
    private readonly publisher: Publisher,
    private readonly uploads: UploadsRepository,
    private readonly blobs: BlobStore,
  ) {}

  /** @throws AppError when a later attempt may do better, unless this is the last. */
  async publish(item: IngestItem, claim: Claim, lastAttempt: boolean): Promise<void> {
    let topic = framesTopic(item.model, 'batch');
    let message: OutgoingMessage;
    try {
      message = await this.frames.make(item);
    } catch (error) {
      const known = toAppError(error);
      if (known.retryable && !lastAttempt) throw known;
      topic = TOPICS.outcomes;
      message = encodeOutcome(
        failure(
          item,
          known.code,
          known.code === 'internal' ? 'The picture could not be read because of an error on our side.' : known.message,
        ),
      );
    }
    if (!claim(item)) return;
    await this.publisher.publish(topic, message);
    await this.finish(item);
  }

  /** Publishes for all of `items` that their job was cancelled. */
  async cancel(items: readonly IngestItem[]): Promise<void> {
    if (items.length === 0) return;
    await this.publisher.publish(TOPICS.outcomes, ...items.map((item) => encodeOutcome(cancelled(item))));
    for (const item of items) await this.finish(item);
  }

  private async finish(item: IngestItem): Promise<void> {
    await this.uploads.markPublished(item.jobId, item.sequence);
    if (item.blob !== undefined) await this.blobs.remove(item.blob);
  }
}

function failure(item: IngestItem, code: string, detail: string): Outcome {
  const { source, sequence } = placeOf(item);
  return {
    type: 'kadr.failure.v1',
    source,
    sequence,
    failure: { id: uuid(), source, sequence, code, detail, attempts: 1 },
  };
}

function cancelled(item: IngestItem): Outcome {
  const { source, sequence } = placeOf(item);
  return { type: 'kadr.drop.v1', source, sequence, drop: { id: uuid(), source, sequence, reason: 'cancelled' } };
}

function placeOf({ jobId, sequence }: IngestItem): { source: string; sequence: number } {
  return { source: formatSource({ kind: 'job', id: jobId }), sequence };
}
