import type { Response } from 'express';
import { cutOff } from './request-body.js';

/** Aborts when the connection closes before the answer is complete: nobody waits for it any more. */
export function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(cutOff());
  });
  return gone.signal;
}
