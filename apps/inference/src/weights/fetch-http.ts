import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvHttpProxyAgent, interceptors, request } from 'undici';
import type { Dispatcher } from 'undici';
import { isOfFileSystem } from './weights-error.js';

/** A file to fetch: into `part`, on from what is there already. */
export interface HttpFile {
  url: string;
  part: string;
  onProgress: (received: number, total: number) => void;
  signal: AbortSignal;
  /** Pause before the first retry, in milliseconds; it doubles each time. */
  backoffMs?: number;
}

/** The server said no, and will say so again. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
}

/** Tries in a row that bring no byte before the fetch fails. */
const MAX_IDLE_TRIES = 5;
const TIMEOUT_MS = 30_000;

/**
 * Fetches a URL into a file. A connection that breaks is taken up where it broke, as long as the server still has the
 * same file; what an earlier process left is gone on from too: the digest, checked by the caller, tells if it fits.
 * @throws HttpRefusal with the server's answer; the last network error when it brings nothing {@link MAX_IDLE_TRIES} times
 */
export async function fetchHttp(file: HttpFile): Promise<void> {
  const proxied = new EnvHttpProxyAgent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const dispatcher = proxied.compose(interceptors.redirect({ maxRedirections: 5 }));
  const known: Known = {};
  try {
    for (let idle = 1; ; idle++) {
      const before = await sizeOf(file.part);
      try {
        return await fetchRest(file, before, known, dispatcher);
      } catch (error) {
        if (file.signal.aborted || !passes(error)) throw error;
        if ((await sizeOf(file.part)) > before) idle = 1;
        if (idle === MAX_IDLE_TRIES) throw error;
      }
      await sleep((file.backoffMs ?? 500) * 2 ** (idle - 1), undefined, { signal: file.signal });
    }
  } finally {
    await proxied.destroy();
  }
}

/** What earlier answers told of the file. */
interface Known {
  etag?: string;
}

async function fetchRest(file: HttpFile, from: number, known: Known, dispatcher: Dispatcher): Promise<void> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'Kadr' };
  if (from > 0) headers.range = `bytes=${from}-`;
  if (from > 0 && known.etag) headers['if-range'] = known.etag;
  const answer = await request(file.url, { dispatcher, headers, signal: file.signal });
  const { statusCode, body } = answer;
  // Nothing lies beyond what is there: it is all of the file.
  const complete = statusCode === 416 && from > 0;
  if (complete || (statusCode !== 200 && statusCode !== 206)) await body.dump();
  if (complete) return;
  if (statusCode !== 200 && statusCode !== 206) {
    if (statusCode >= 500 || statusCode === 408 || statusCode === 429) throw new Error(answered(statusCode));
    throw new HttpRefusal(answered(statusCode));
  }
  const { etag } = answer.headers;
  // A weak tag does not promise the same bytes.
  known.etag = typeof etag === 'string' && !etag.startsWith('W/') ? etag : undefined;
  const start = statusCode === 206 ? from : 0;
  await append(file, start, Number(answer.headers['content-length']), body);
}

async function append(file: HttpFile, start: number, length: number, body: AsyncIterable<Buffer>): Promise<void> {
  const total = Number.isFinite(length) ? start + length : 0;
  let received = start;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      received += chunk.length;
      file.onProgress(received, total);
      yield chunk;
    }
  };
  await pipeline(counted, createWriteStream(file.part, { flags: start > 0 ? 'a' : 'w' }), { signal: file.signal });
}

function answered(status: number): string {
  return `the server answered ${status}`;
}

/** Whether an error may pass by itself: neither a refusal nor one of our own disk. */
function passes(error: unknown): boolean {
  return !(error instanceof HttpRefusal) && !isOfFileSystem(error);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
