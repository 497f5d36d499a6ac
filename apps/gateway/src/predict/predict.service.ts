import { Injectable } from '@nestjs/common';
import { TOPICS, encodeFrame, encodeOutcome, framesTopic } from '@kadr/contracts';
import type { FrameOptions, ModelCardV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import type { NormalisedPicture } from '@kadr/media';
import { Publisher } from '@kadr/transport';
import { v7 as uuid } from 'uuid';
import { ModelsService } from '../models/models.service.js';
import { dropError, failureError } from './answer-error.js';
import { GatewayInstance } from './gateway-instance.js';
import { PendingAnswers, predictionTimeout } from './pending-answers.js';
import type { Answer } from './pending-answers.js';
import { Sequences } from './sequences.js';

/** One picture to be looked at while its sender waits. */
export interface Prediction {
  picture: NormalisedPicture;
  model: ModelCardV1;
  options: FrameOptions;
  wants: 'result' | 'annotated';
  timeoutMs: number;
  /** Aborts when the sender has gone. */
  signal: AbortSignal;
}

/** Sends a picture over the live lane and waits for what comes back. */
@Injectable()
export class PredictService {
  constructor(
    private readonly publisher: Publisher,
    private readonly instance: GatewayInstance,
    private readonly sequences: Sequences,
    private readonly pending: PendingAnswers,
    private readonly models: ModelsService,
  ) {}

  /**
   * The bytes to answer with: the result's JSON or the annotated JPEG.
   * @throws AppError `prediction-timeout`, `queue-full`, what inference says of the frame; or the signal's reason.
   */
  async predict(prediction: Prediction): Promise<Buffer> {
    const answer = await this.ask(prediction);
    switch (answer.kind) {
      case 'result':
      case 'annotated':
        return answer.bytes;
      case 'drop':
        throw dropError(answer.drop, prediction.timeoutMs);
      case 'failure':
        throw failureError(answer.failure, this.models.find(prediction.model.id) ?? prediction.model);
    }
  }

  private async ask(prediction: Prediction): Promise<Answer> {
    const sequence = await this.sequences.take();
    const { timeoutMs, wants } = prediction;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(predictionTimeout(timeoutMs)), timeoutMs);
    const end = AbortSignal.any([prediction.signal, late.signal]);
    try {
      const answer = this.pending.wait(sequence, wants, end);
      const [found] = await Promise.all([answer, this.publish(prediction, sequence)]);
      return found;
    } finally {
      clearTimeout(timer);
      this.pending.forget(sequence);
    }
  }

  private async publish({ picture, model, options, timeoutMs }: Prediction, sequence: number): Promise<void> {
    const now = Date.now();
    const frame = encodeFrame(
      {
        id: uuid(),
        source: this.instance.source,
        sequence,
        model: model.id,
        width: picture.width,
        height: picture.height,
        capturedAt: new Date(now).toISOString(),
        expiresAt: new Date(now + timeoutMs).toISOString(),
        options,
        image: picture.jpeg,
      },
      'live',
    );
    try {
      await this.publisher.publish(framesTopic(model.id, 'live'), frame);
    } catch (error) {
      if (error instanceof AppError && error.code === 'queue-full') await this.publishRefusal(sequence);
      throw error;
    }
  }

  /** The frame was counted, so its end must be told as well. */
  private async publishRefusal(sequence: number): Promise<void> {
    const { source } = this.instance;
    const drop = { id: uuid(), source, sequence, reason: 'queue-full' } as const;
    await this.publisher.publish(TOPICS.outcomes, encodeOutcome({ type: 'kadr.drop.v1', source, sequence, drop }));
  }
}
