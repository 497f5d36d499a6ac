import { AppError } from '@kadr/errors';

/** The error of a cursor that no page gave. */
export function refuseCursor(cursor: string): AppError {
  const message = 'must be the "next" of an earlier page';
  const errors = [{ field: 'cursor', value: cursor.slice(0, 100), message }];
  return new AppError('invalid', 'invalid-request', `cursor: ${message}`, { errors });
}
