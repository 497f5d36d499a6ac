import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { AppError } from '@kadr/errors';
import type { Request } from 'express';

/**
 * The body of a request as a stream that may fail or be left without harm: destroying a request itself would close
 * its connection before the answer, so what is left of it is read and thrown away instead.
 */
export function bodyOf(request: Request): Readable {
  const body = new PassThrough();
  request.pipe(body);
  request.once('close', () => {
    if (!request.readableEnded) body.destroy(cutOff());
  });
  body.once('close', () => {
    request.unpipe(body);
    request.resume();
  });
  return body;
}

/** The error of an upload whose sender went away. */
export function cutOff(cause?: unknown): AppError {
  return new AppError('invalid', 'invalid-request', 'The request ended before its body was whole. Send it again.', {
    cause,
  });
}
