import { Injectable } from '@nestjs/common';
import { TOPICS, encodeOutcome, formatSource, framesTopic } from '@kadr/contracts';
import type { Outcome } from '@kadr/contracts';
import { toAppError } from '@kadr/errors';
import type { AppError } from '@kadr/errors';
import { BlobStore, UploadsRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import type { OutgoingMessage } from '@kadr/transport';
import { v7 as uuid } from 'uuid';
import { FrameMaker } from './frame-maker.js';
import type { IngestItem } from './ingest-item.js';

/** How far an item has come. */
export interface Progress {
  /** It is on the bus and has only to be marked. */
  published: boolean;
  /** Whether it may still be published; from then on it may not be by anybody else. @throws AppError when that is not known. */
  claim(): boolean;
}

/** What an item becomes on the bus. */
interface Outgoing {
  topic: string;
  message: OutgoingMessage;
}

/** Publishes items: as a frame, or as the outcome of one that will never be a frame. Published first, marked after. */
@Injectable()
export class ItemPublisher {
  constructor(
    private readonly frames: FrameMaker,
    private readonly publisher: Publisher,
    private readonly uploads: UploadsRepository,
    private readonly blobs: BlobStore,
  ) {}

  /** @throws AppError when a later attempt may do better, unless this is the last; what is away is no reason to give up. */
  async publish(item: IngestItem, progress: Progress, lastAttempt: boolean): Promise<void> {
    if (!progress.published) {
      const outgoing = await this.make(item, lastAttempt);
      if (!progress.claim()) return;
      await this.send(item, outgoing, lastAttempt);
      progress.published = true;
    }
    await this.finish(item);
  }

  /** Publishes for all of `items` that their job was cancelled. */
  async cancel(items: readonly IngestItem[]): Promise<void> {
    if (items.length === 0) return;
    await this.publisher.publish(TOPICS.outcomes, ...items.map((item) => encodeOutcome(cancelled(item))));
    for (const item of items) await this.finish(item);
  }

  private async make(item: IngestItem, lastAttempt: boolean): Promise<Outgoing> {
    try {
      return { topic: framesTopic(item.model, 'batch'), message: await this.frames.make(item) };
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.waits || (error.retryable && !lastAttempt)) throw error;
      return giveUp(item, error);
    }
  }

  private async send(item: IngestItem, { topic, message }: Outgoing, lastAttempt: boolean): Promise<void> {
    try {
      await this.publisher.publish(topic, message);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.waits || topic === TOPICS.outcomes || (error.retryable && !lastAttempt)) throw error;
      const failed = giveUp(item, error);
      await this.publisher.publish(failed.topic, failed.message);
    }
  }

  private async finish(item: IngestItem): Promise<void> {
    await this.uploads.markPublished(item.jobId, item.sequence);
    if (item.blob !== undefined) await this.blobs.remove(item.blob);
  }
}

/** The failure of an item that cannot be a frame. */
function giveUp(item: IngestItem, { code, message }: AppError): Outgoing {
  const detail = code === 'internal' ? 'The picture could not be read because of an error on our side.' : message;
  return { topic: TOPICS.outcomes, message: encodeOutcome(failure(item, code, detail)) };
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
