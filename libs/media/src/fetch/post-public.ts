import { AppError } from '@kadr/errors';
import { request } from 'undici';
import { discard, underGuard } from './guarded-request.js';
import type { Failure, Reach } from './guarded-request.js';
import { parsePublicUrl } from './public-url.js';

/** What a delivery may take and reach, and what it says of itself. */
export interface PostOptions extends Reach {
  /** Beside `content-type` (JSON) and `user-agent`. */
  headers?: Record<string, string>;
}

/**
 * POSTs JSON to an http(s) URL of anybody's choosing, under the rules of {@link fetchPublic}; the status of the 2xx
 * answer. Redirects are not followed: who is redirected has the wrong address. Errors name the origin alone, because
 * paths and queries of such URLs often are secrets.
 * @throws AppError `url-refused` (final); `url-failed` and `url-timeout` (worth another attempt).
 */
export async function postPublic(url: string, body: string | Uint8Array, options: PostOptions): Promise<number> {
  const at = parsePublicUrl(url, undefined, options.allowPrivate);
  const headers = { ...options.headers, 'content-type': 'application/json', 'user-agent': 'Kadr' };
  return underGuard(
    options,
    async ({ dispatcher, signal }) => {
      const response = await request(at, { method: 'POST', body, headers, dispatcher, signal });
      const { statusCode } = response;
      discard(response.body);
      if (statusCode >= 200 && statusCode < 300) return statusCode;
      throw failed(at, `the server answered ${statusCode}`);
    },
    (failure) => explain(at, failure, options),
  );
}

function explain(at: URL, { timedOut, reason, cause }: Failure, { timeoutMs }: PostOptions): AppError {
  if (!timedOut) return failed(at, reason, cause);
  const message = `${at.origin} did not answer within ${timeoutMs} ms.`;
  return new AppError('timeout', 'url-timeout', message, { details: { origin: at.origin }, cause });
}

function failed(at: URL, reason: string, cause?: unknown): AppError {
  return new AppError('unavailable', 'url-failed', `${at.origin} did not take what was sent: ${reason}.`, {
    details: { origin: at.origin, reason },
    cause,
  });
}
