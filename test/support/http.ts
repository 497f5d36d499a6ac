import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobV1, LedgerDto, ProblemDto, ResultV1 } from '@kadr/contracts';
import { eventually } from './kadr.js';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** An answer, its body read. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A file of `test/fixtures`. */
export function fixture(name: string): Promise<Buffer> {
  return readFile(join(FIXTURES, name));
}

/** A multipart form with each file under `file`. */
export function form(files: { name: string; data: Uint8Array; type?: string }[]): FormData {
  const body = new FormData();
  for (const { name, data, type } of files) {
    body.append(
      'file',
      new Blob([data as Uint8Array<ArrayBuffer>], { type: type ?? 'application/octet-stream' }),
      name,
    );
  }
  return body;
}

/** A request whose JSON answer is read; 204 reads as `undefined`. */
export async function call<T = unknown>(url: string, init: RequestInit = {}): Promise<Answer<T>> {
  const response = await fetch(url, init);
  const text = await response.text();
  const json = /[/+]json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
}

/** `POST /v1/predict` with one file. */
export function predict(
  url: string,
  data: Uint8Array,
  query = '',
  name = 'photo',
): Promise<Answer<ResultV1 & ProblemDto>> {
  return call(`${url}/v1/predict${query}`, { method: 'POST', body: form([{ name, data }]) });
}

/** Waits until a job has ended. */
export async function ended(url: string, id: string, limitMs = 60_000): Promise<JobV1> {
  const { body } = await eventually(
    () => call<JobV1>(`${url}/v1/jobs/${id}`),
    ({ status, body }) => status === 200 && body.finishedAt !== null,
    limitMs,
  );
  return body;
}

/** The ledger once nothing is in flight. */
export async function settledLedger(url: string): Promise<LedgerDto> {
  const { body } = await eventually(
    () => call<LedgerDto>(`${url}/v1/ledger`),
    ({ body }) => body.total.inFlight === 0,
  );
  return body;
}
