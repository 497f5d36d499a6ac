import { Injectable } from '@nestjs/common';
import { BLOBS, encodeAnnotated, encodeOutcome, parseSource, TOPICS } from '@kadr/contracts';
import type { DropReason, FrameV1, Outcome, ResultV1 } from '@kadr/contracts';
import type { AppError } from '@kadr/errors';
import { BlobStore } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { outcomeId } from './outcome-id.js';

/** What a failure says may quote what a stranger has sent. */
const LONGEST_DETAIL = 1000;

/** The part of a frame that its outcome is about. */
export type FrameRef = Pick<FrameV1, 'source' | 'sequence' | 'traceparent'>;

/** Publishes the one outcome of a frame, and its annotated picture before that. */
@Injectable()
export class OutcomePublisher {
  constructor(
    private readonly publisher: Publisher,
    private readonly blobs: BlobStore,
  ) {}

  async result(frame: FrameRef, result: ResultV1): Promise<void> {
    await this.send(frame, { type: 'kadr.result.v1', source: frame.source, sequence: frame.sequence, result });
  }

  async drop(frame: FrameRef, reason: DropReason): Promise<void> {
    const { source, sequence } = frame;
    const id = outcomeId(source, sequence, reason);
    await this.send(frame, { type: 'kadr.drop.v1', source, sequence, drop: { id, source, sequence, reason } });
  }

  async failure(frame: FrameRef, error: AppError, attempts: number): Promise<void> {
    const { source, sequence } = frame;
    const id = outcomeId(source, sequence, 'failure');
    const failure = {
      id,
      source,
      sequence,
      code: error.code,
      detail: error.message.slice(0, LONGEST_DETAIL),
      attempts,
    };
    await this.send(frame, { type: 'kadr.failure.v1', source, sequence, failure });
  }

  /** A job's picture is stored first, under its final key, so that a kill in between loses nothing. */
  async annotated(frame: FrameRef, id: string, image: Uint8Array): Promise<void> {
    const { source, sequence } = frame;
    const origin = parseSource(source);
    const blob = origin?.kind === 'job' ? BLOBS.annotated(origin.id, sequence) : undefined;
    if (blob) await this.blobs.put(blob, image);
    await this.publisher.publish(TOPICS.annotated, { ...encodeAnnotated({ id, source, sequence, image }), blob });
  }

  private async send(frame: FrameRef, outcome: Outcome): Promise<void> {
    await this.publisher.publish(TOPICS.outcomes, encodeOutcome(outcome, frame.traceparent));
  }
}
