import type { AppError } from '@kadr/errors';

/** Exponential pauses between deliveries of one message, in milliseconds. */
export interface Backoff {
  initialMs: number;
  factor: number;
  maxMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { initialMs: 100, factor: 2, maxMs: 10_000 };

/** Milliseconds to wait after failure number `attempt` (from 1); an error that says when to come back is heeded. */
export function pauseAfter(attempt: number, backoff: Backoff, error?: AppError): number {
  // It says nothing of the message, so its pauses do not grow: what is back should not be waited for any longer.
  if (error?.waits && error.retryAfter !== undefined) return Math.min(backoff.maxMs, error.retryAfter * 1000);
  const exponential = backoff.initialMs * backoff.factor ** (attempt - 1);
  return Math.min(backoff.maxMs, Math.max(exponential, (error?.retryAfter ?? 0) * 1000));
}
