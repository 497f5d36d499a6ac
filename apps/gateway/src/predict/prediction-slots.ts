import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { AppError } from '@kadr/errors';

/** Bounds the predictions in flight, uploads included: who comes when all slots are taken is told to come back. */
@Injectable()
export class PredictionSlots {
  private taken = 0;

  constructor(private readonly config: Config) {}

  /** @throws AppError `queue-full` (unavailable) */
  async use<T>(work: () => Promise<T>): Promise<T> {
    const most = this.config.MAX_PREDICTIONS;
    if (this.taken >= most) {
      const message = `All ${most} places for predictions are taken. Try again in a moment, or use POST /v1/jobs.`;
      throw new AppError('unavailable', 'queue-full', message, { retryAfter: 1 });
    }
    this.taken++;
    try {
      return await work();
    } finally {
      this.taken--;
    }
  }
}
