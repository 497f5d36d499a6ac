import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@kadr/errors';
import { ByteLimiter } from '@kadr/media';
import type { ByteBudget } from '@kadr/media';

/** Streams `source` into the file `path` within `budget`. @throws AppError `upload-too-large` */
export async function storeFile(source: Readable, path: string, budget: ByteBudget, maxBytes: number): Promise<void> {
  await pipeline(source, new ByteLimiter(budget, () => uploadTooLarge(maxBytes)), createWriteStream(path));
}

/** The error of an upload over its limit. */
export function uploadTooLarge(maxBytes: number): AppError {
  const message = `The upload is larger than the ${maxBytes} bytes allowed. Send less at once.`;
  return new AppError('too-large', 'upload-too-large', message, { details: { maxBytes } });
}
