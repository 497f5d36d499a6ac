import { AppError } from '@kadr/errors';

/** A mistake in the program: no retry helps. */
export function misuse(message: string): AppError {
  return new AppError('internal', 'internal', message, { retryable: false });
}
