import { Injectable } from '@nestjs/common';
import type { FrameV1, Lane, ResultV1 } from '@kadr/contracts';
import { AppError, toAppError } from '@kadr/errors';
import { Log, Metrics } from '@kadr/observability';
import type { Stage } from '@kadr/observability';
import type { BusMessage } from '@kadr/transport';
import { ModelRegistry } from '../registry/model-registry.js';
import { CancelledJobs } from './cancelled-jobs.js';
import { FrameRunner } from './frame-runner.js';
import { OutcomePublisher } from './outcome-publisher.js';
import type { FrameRef } from './outcome-publisher.js';
import { frameRef, readFrame } from './read-frame.js';

const RETRY_LIVE_AFTER_S = 2;

/** Gives every frame its one outcome: a result, a drop with its reason, or a failure with its code. */
@Injectable()
export class FrameService {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly runner: FrameRunner,
    private readonly outcomes: OutcomePublisher,
    private readonly cancelled: CancelledJobs,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /** @throws AppError for the transport to retry or dead-letter; the last failure has its outcome then */
  async handle(message: BusMessage, lane: Lane): Promise<void> {
    const began = Date.now();
    const ref = frameRef(message);
    try {
      if (await this.dropped(message, ref)) return;
      const frame = readFrame(message);
      await this.ready(frame.model, lane);
      // It may have become unwanted while its model was loaded.
      if (await this.dropped(message, ref)) return;
      // By when the bus took it: the sender's clock may be wrong.
      await this.process(frame, lane, Math.max(0, began - message.timestamp));
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.waits || (error.retryable && !message.lastAttempt)) throw error;
      if (ref) await this.fail(ref, error, message);
      if (error.code !== 'model-loading') throw error;
    }
  }

  /** Drops a frame that nobody wants any more, before any work is spent on it. */
  private async dropped({ headers }: BusMessage, ref: FrameRef | undefined): Promise<boolean> {
    const expiry = Date.parse(headers.ce_expirytime ?? '');
    const reason = ref && this.cancelled.has(ref.source) ? 'cancelled' : expiry < Date.now() ? 'expired' : undefined;
    if (!ref || !reason) return false;
    await this.outcomes.drop(ref, reason);
    this.log.info('frame', { ...ref, outcome: 'drop', reason });
    return true;
  }

  private async process(frame: FrameV1, lane: Lane, queueMs: number): Promise<void> {
    const { result, annotated } = await this.runner.run(frame, lane, queueMs);
    const start = performance.now();
    if (annotated) await this.outcomes.annotated(frame, result.id, annotated);
    await this.outcomes.result(frame, result);
    this.account(frame, result, performance.now() - start);
  }

  /** A live frame does not wait for a model to be fetched; a batch frame does. */
  private async ready(model: string, lane: Lane): Promise<void> {
    const entry = this.registry.find(model);
    if (!entry || entry.ready) return;
    const loading = this.registry.ensure(model);
    if (lane === 'batch') return loading;
    // Whoever asks next is told if it fails, and the card says so.
    loading.catch(() => undefined);
    if (entry.failure) throw entry.failure;
    const detail = `The model ${model} is being fetched and loaded. Try again in a few seconds.`;
    throw new AppError('unavailable', 'model-loading', detail, { retryable: false, retryAfter: RETRY_LIVE_AFTER_S });
  }

  private async fail(ref: FrameRef, error: AppError, { attempt, topic }: BusMessage): Promise<void> {
    await this.outcomes.failure(ref, error, attempt);
    const { source, sequence } = ref;
    this.log.warn('frame', {
      source,
      sequence,
      topic,
      outcome: 'failure',
      code: error.code,
      detail: error.message,
      attempts: attempt,
    });
  }

  private account(frame: FrameV1, { timings, objects, id }: ResultV1, publishMs: number): void {
    const { source, sequence, model, width, height, image } = frame;
    const { queueMs, decodeMs, inferenceMs, postprocessMs, drawMs } = timings;
    const stages = { queue: queueMs, decode: decodeMs, inference: inferenceMs, postprocess: postprocessMs };
    for (const [stage, ms] of Object.entries({ ...stages, draw: drawMs, publish: publishMs })) {
      this.metrics.stage(stage as Stage, ms / 1000, { model });
    }
    const sizes = { width, height, bytes: image.length, objects: objects.length };
    this.log.info('frame', {
      id,
      source,
      sequence,
      model,
      outcome: 'result',
      ...sizes,
      queueMs,
      decodeMs,
      inferenceMs,
      postprocessMs,
      drawMs,
      publishMs,
    });
  }
}
