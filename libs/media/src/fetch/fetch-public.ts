import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@kadr/errors';
import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { errorFact, isDiskFull } from '../error-facts.js';
import { ByteLimiter } from '../limit-bytes.js';
import { checkedLookup } from './checked-lookup.js';
import type { Resolve } from './checked-lookup.js';
import { parsePublicUrl, shorten } from './public-url.js';

/** What a fetch may cost and reach. */
export interface FetchOptions {
  /** File to write; removed again when the fetch fails. */
  file: string;
  maxBytes: number;
  /** From the first lookup to the last byte, redirects included. */
  timeoutMs: number;
  /** Private, loopback and link-local addresses too; cloud metadata addresses never. */
  allowPrivate: boolean;
  /** Resolves names; the system's resolver when left out. */
  resolve?: Resolve;
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
  const signal = AbortSignal.timeout(options.timeoutMs);
  const agent = new Agent({ connect: { lookup: checkedLookup(options.allowPrivate, options.resolve) } });
  try {
    const { response, at } = await followRedirects(first, options, agent, signal);
    const bytes = await save(response, at, options, signal);
    return { bytes, url: at.href };
  } catch (error) {
    await rm(options.file, { force: true });
    if (isDiskFull(error)) throw error;
    throw explain(url, error, signal, options);
  } finally {
    await agent.destroy();
  }
}

async function followRedirects(first: URL, options: FetchOptions, dispatcher: Agent, signal: AbortSignal) {
  let at = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const headers = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Kadr' };
    const response = await request(at, { dispatcher, signal, headers });
    const location = response.headers.location;
    if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string') return { response, at };
    discard(response.body);
    at = parsePublicUrl(location, at, options.allowPrivate);
  }
  throw failed(first.href, `it redirects more than ${MAX_REDIRECTS} times`);
}

async function save(response: Dispatcher.ResponseData, at: URL, options: FetchOptions, signal: AbortSignal) {
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

function discard(body: Dispatcher.ResponseData['body']): void {
  // Nobody reads it, so the error that follows its destruction has nothing to say.
  body.on('error', () => undefined).destroy();
}

function explain(url: string, error: unknown, signal: AbortSignal, options: FetchOptions): AppError {
  if (error instanceof AppError) return error;
  if (signal.aborted) {
    const message = `${shorten(url)} was not fetched within ${options.timeoutMs} ms.`;
    return new AppError('unprocessable', 'url-timeout', message, { details: { url: shorten(url) }, cause: error });
  }
  return failed(url, reasonOf(error), error);
}

function failed(url: string, reason: string, cause?: unknown): AppError {
  return new AppError('unprocessable', 'url-failed', `${shorten(url)} could not be fetched: ${reason}.`, {
    details: { url: shorten(url), reason },
    cause,
  });
}

function reasonOf(error: unknown): string {
  // Node reports the failures of several addresses as one error without a message.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const code = errorFact(error, 'code');
  if (code === 'ENOTFOUND') return 'its host name is not known';
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  return errorFact(error, 'message') || code || String(error);
}
