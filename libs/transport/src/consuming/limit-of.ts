import type { Reader } from '../bus.js';
import type { TransportOptions } from '../options.js';
import { misuse } from '../topics/misuse.js';

/** How many handlers of a reader may run at once. @throws AppError when that is none. */
export function limitOf({ name, subscription: { group, concurrency } }: Reader, options: TransportOptions): number {
  const limit = options.concurrency?.[group] ?? concurrency ?? 1;
  if (limit >= 1) return limit;
  throw misuse(`${name} in group "${group}" has a concurrency of ${limit}: it must be at least 1.`);
}
