import { AppError } from '@kadr/errors';

/** What a publisher hears after the bus was closed. */
export function busClosed(): AppError {
  return new AppError('away', 'bus-unavailable', 'The bus is closed and takes no more messages.');
}
