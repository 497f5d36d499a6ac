import { Injectable } from '@nestjs/common';
import type { DropV1, FailureV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';

/** What came back for a frame: bytes to answer with as they are, or why there are none. */
export type Answer =
  | { kind: 'result'; bytes: Buffer }
  | { kind: 'annotated'; bytes: Buffer }
  | { kind: 'drop'; drop: DropV1 }
  | { kind: 'failure'; failure: FailureV1 };

interface Waiter {
  wants: 'result' | 'annotated';
  resolve: (answer: Answer) => void;
}

/** The frames of this instance that somebody waits for. */
@Injectable()
export class PendingAnswers {
  private readonly waiters = new Map<number, Waiter>();

  /**
   * Waits for the answer to a frame until `end` aborts (its reason is thrown).
   * Call before publishing: an answer that nobody waits for is dropped.
   */
  wait(sequence: number, wants: Waiter['wants'], end: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      end.throwIfAborted();
      this.waiters.set(sequence, { wants, resolve });
      end.addEventListener('abort', () => reject(end.reason as Error), { once: true });
    });
  }

  /** Nobody waits for a frame any more. */
  forget(sequence: number): void {
    this.waiters.delete(sequence);
  }

  /** Hands an answer to whoever waits for it. A result does not end the wait for an annotated picture, nor the reverse. */
  settle(sequence: number, answer: Answer): void {
    const waiter = this.waiters.get(sequence);
    const other = answer.kind === 'result' || answer.kind === 'annotated';
    if (!other || answer.kind === waiter?.wants) waiter?.resolve(answer);
  }
}

/** The error of a prediction without an answer by its deadline. */
export function predictionTimeout(timeoutMs: number): AppError {
  const message = `There was no answer within ${timeoutMs} ms; the picture was let go. Try again, or send it to POST /v1/jobs.`;
  return new AppError('timeout', 'prediction-timeout', message, { retryable: false });
}
