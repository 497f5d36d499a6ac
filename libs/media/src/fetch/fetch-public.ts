import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@kadr/errors';
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { ByteLimiter } from '../limit-bytes.js';
import { discard, underGuard } from './guarded-request.js';
import type { Failure, Guard, Reach } from './guarded-request.js';
import { parsePublicUrl, shorten } from './public-url.js';

/** What a fetch may cost and reach. */
export interface FetchOptions extends Reach {
  /** File to write; removed again when the fetch fails. */
  file: string;
  maxBytes: number;
}

/** A file that was fetched. */
export interface FetchedFile {
  bytes: number;
  /** Where the redirects led. */
  url: string;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches an http(s) URL of anybody's choosing into a file. Every address is checked before a byte is sent there, at
 * each redirect again; no credentials or cookies are sent.
 * @throws AppError (unprocessable) `url-refused`, `url-failed`, `url-too-large`, `url-timeout`, each with its reason.
 */
export async function fetchPublic(url: string, options: FetchOptions): Promise<FetchedFile> {
  const first = parsePublicUrl(url, undefined, options.allowPrivate);
  const save = async (guard: Guard): Promise<FetchedFile> => {
    const { response, at } = await followRedirects(first, options, guard);
    return { bytes: await write(response, at, options, guard.signal), url: at.href };
  };
  try {
    return await underGuard(options, save, (failure) => explain(url, failure, options));
  } catch (error) {
    await rm(options.file, { force: true });
    throw error;
  }
}

async function followRedirects(first: URL, { allowPrivate }: FetchOptions, { dispatcher, signal }: Guard) {
  let at = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const headers = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Kadr' };
    const response = await request(at, { dispatcher, signal, headers });
    const location = response.headers.location;
    if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string') return { response, at };
    discard(response.body);
    at = parsePublicUrl(location, at, allowPrivate);
  }
  throw failed(first.href, `it redirects more than ${MAX_REDIRECTS} times`);
}

async function write(response: Dispatcher.ResponseData, at: URL, options: FetchOptions, signal: AbortSignal) {
  const { statusCode, headers, body } = response;
  if (statusCode !== 200) {
    discard(body);
    throw failed(at.href, `the server answered ${statusCode}`);
  }
  const tooLarge = () =>
    new AppError(
      'unprocessable',
      'url-too-large',
      `${shorten(at.href)} is larger than the ${options.maxBytes} bytes allowed.`,
      { details: { url: shorten(at.href), maxBytes: options.maxBytes } },
    );
  if (Number(headers['content-length']) > options.maxBytes) {
    discard(body);
    throw tooLarge();
  }
  const limiter = new ByteLimiter({ left: options.maxBytes }, tooLarge);
  await pipeline(body, limiter, createWriteStream(options.file), { signal });
  return limiter.passed;
}

function explain(url: string, { timedOut, reason, cause }: Failure, options: FetchOptions): AppError {
  if (!timedOut) return failed(url, reason, cause);
  const message = `${shorten(url)} was not fetched within ${options.timeoutMs} ms.`;
  return new AppError('unprocessable', 'url-timeout', message, { details: { url: shorten(url) }, cause });
}

function failed(url: string, reason: string, cause?: unknown): AppError {
  return new AppError('unprocessable', 'url-failed', `${shorten(url)} could not be fetched: ${reason}.`, {
    details: { url: shorten(url), reason },
    cause,
  });
}
