import type {
  DeadLetterDto,
  DeadLettersPageDto,
  JobsPageDto,
  JobV1,
  LedgerDto,
  ModelCardV1,
  ModelsDto,
  ProcessesDto,
  ResultsPageDto,
} from '@kadr/contracts';
import { Problem, problemFrom, toProblem, unreachable } from './problem.js';

/** What to look at: files from this machine, or addresses of pictures. */
export type Pictures = { files: File[] } | { urls: string[] };

export interface JobRequest {
  pictures: Pictures;
  model: string;
  threshold: number;
  /** Makes a repeated request the same job. */
  key: string;
}

/** What `/health/ready` says: part → `ok`, or why it can't work yet. */
export interface Readiness {
  status: 'ready' | 'unready';
  checks: Record<string, string>;
}

export const pictureUrl = (job: string, sequence: number): string => `/v1/jobs/${job}/pictures/${sequence}`;
export const annotatedUrl = (job: JobV1, sequence?: number): string =>
  sequence === undefined ? job.links.annotated : `${job.links.annotated}?sequence=${sequence}`;
export const ndjsonUrl = (job: JobV1): string => `${job.links.results}?format=ndjson`;

export async function listModels(): Promise<ModelCardV1[]> {
  return (await getJson<ModelsDto>('/v1/models')).models;
}

export function listJobs(cursor?: string): Promise<JobsPageDto> {
  return getJson(`/v1/jobs?${new URLSearchParams({ limit: '12', ...(cursor && { cursor }) }).toString()}`);
}

export function getJob(id: string): Promise<JobV1> {
  return getJson(`/v1/jobs/${encodeURIComponent(id)}`);
}

export function listResults(job: JobV1, cursor?: string): Promise<ResultsPageDto> {
  return getJson(`${job.links.results}?${new URLSearchParams({ limit: '50', ...(cursor && { cursor }) }).toString()}`);
}

/** Cancels an active job, removes one that has ended. */
export async function deleteJob(id: string): Promise<void> {
  await request(`/v1/jobs/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** The account of all frames ever: the sum over all sources. */
export async function getLedger(): Promise<LedgerDto['total']> {
  return (await getJson<LedgerDto>('/v1/ledger?limit=1')).total;
}

/** The newest dead letters that were not yet replayed, and how many there are. */
export function listDeadLetters(): Promise<DeadLettersPageDto> {
  return getJson('/v1/dead-letters?replayed=false&limit=20');
}

export async function replayDeadLetter({ links }: DeadLetterDto): Promise<void> {
  await request(links.replay, { method: 'POST' });
}

export async function replayAllDeadLetters(): Promise<void> {
  await request('/v1/dead-letters/replay', { method: 'POST' });
}

export async function deleteDeadLetter({ links }: DeadLetterDto): Promise<void> {
  await request(links.self, { method: 'DELETE' });
}

/** Who runs, and how far everyone is behind. */
export function getProcesses(): Promise<ProcessesDto> {
  return getJson('/v1/processes');
}

export async function getReadiness(): Promise<Readiness> {
  const response = await fetch('/health/ready').catch((error: unknown) => Promise.reject(toProblem(error)));
  // 503 is an answer here: it says what is not ready.
  if (response.status !== 200 && response.status !== 503) throw await problemOf(response);
  return (await response.json().catch(() => Promise.reject(unreachable()))) as Readiness;
}

/**
 * Starts a job. `XMLHttpRequest`, because `fetch` can't tell how much of an upload is done.
 * @throws Problem; an `AbortError` when `signal` fires
 */
export function createJob(job: JobRequest, signal: AbortSignal, onSent: (part: number) => void): Promise<JobV1> {
  return new Promise((resolve, reject) => {
    const http = new XMLHttpRequest();
    const query = new URLSearchParams({
      // Without one the server takes its default.
      ...(job.model && { model: job.model }),
      threshold: String(job.threshold),
      annotate: 'true',
    });
    http.open('POST', `/v1/jobs?${query.toString()}`);
    http.setRequestHeader('Idempotency-Key', job.key);
    http.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
    http.onload = () => {
      if (http.status >= 200 && http.status < 300) resolve(JSON.parse(http.responseText) as JobV1);
      else reject(problemFrom(http.status, http.responseText, http.getResponseHeader('retry-after')));
    };
    http.onerror = () => reject(unreachable());
    http.onabort = () => reject(new DOMException('The upload was cancelled', 'AbortError'));
    signal.addEventListener('abort', () => http.abort(), { once: true });
    send(http, job.pictures);
  });
}

function send(http: XMLHttpRequest, pictures: Pictures): void {
  if ('urls' in pictures) {
    http.setRequestHeader('content-type', 'application/json');
    http.send(JSON.stringify({ urls: pictures.urls }));
    return;
  }
  const form = new FormData();
  for (const file of pictures.files) form.append('file', file, file.name);
  http.send(form);
}

async function getJson<T>(url: string): Promise<T> {
  const response = await request(url);
  return (await response.json()) as T;
}

async function request(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error: unknown) => Promise.reject(toProblem(error)));
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<Problem> {
  return problemFrom(response.status, await response.text(), response.headers.get('retry-after'));
}
