import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import yauzl from 'yauzl';
import yazl from 'yazl';
import type { JobV1, LedgerEntryDto, ResultV1 } from '@kadr/contracts';
import { call, ended, fixture, form } from '../support/http.js';
import { eventually, makeDir, removeDir, startKadr } from '../support/kadr.js';
import type { Kadr } from '../support/kadr.js';

jest.setTimeout(180_000);

let kadr: Kadr;
let dataDir: string;

beforeAll(async () => {
  dataDir = await makeDir();
  kadr = await startKadr(dataDir);
});

afterAll(async () => {
  await kadr.stop();
  await removeDir(dataDir);
});

async function submit(files: { name: string; data: Uint8Array }[], query = '', headers: Record<string, string> = {}) {
  return call<JobV1>(`${kadr.url}/v1/jobs${query}`, { method: 'POST', headers, body: form(files) });
}

async function zip(entries: Record<string, Uint8Array>): Promise<Buffer> {
  const archive = new yazl.ZipFile();
  for (const [name, data] of Object.entries(entries)) archive.addBuffer(Buffer.from(data), name);
  archive.end();
  return buffer(archive.outputStream);
}

function unzip(data: Buffer): Promise<string[]> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(data, { lazyEntries: false }, (error, archive) => {
      if (error) return reject(error);
      const names: string[] = [];
      archive.on('entry', (entry: yauzl.Entry) => names.push(entry.fileName));
      archive.on('end', () => resolve(names));
    });
  });
}

describe('a job of pictures', () => {
  it('finishes with a result for each picture, in order; a bad one fails alone', async () => {
    const files = [
      { name: 'cat.png', data: await fixture('chelsea.png') },
      { name: 'notes.txt', data: Buffer.from('not a picture') },
      { name: 'cup.png', data: await fixture('coffee.png') },
    ];
    const { status, headers, body } = await submit(files, '?annotate=true');
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/jobs/${body.id}`);
    const job = await ended(kadr.url, body.id);
    expect(job).toMatchObject({ kind: 'pictures', state: 'completed', progress: { total: 3, done: 2, failed: 1 } });
    expect(job.items?.map(({ state }) => state)).toEqual(['done', 'failed', 'done']);
    expect(job.items?.[1].error).toMatchObject({
      code: 'unsupported-media',
      detail: expect.stringContaining('not a picture'),
    });

    const ndjson = await call<string>(`${kadr.url}${job.links.results}`, {
      headers: { accept: 'application/x-ndjson' },
    });
    const lines = (typeof ndjson.body === 'string' ? ndjson.body : '').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as ResultV1).sequence)).toEqual([0, 2]);

    const annotated = Buffer.from(await (await fetch(`${kadr.url}${job.links.annotated}`)).arrayBuffer());
    expect(await unzip(annotated)).toHaveLength(2);

    const ledger = await call<LedgerEntryDto>(`${kadr.url}/v1/ledger/job:${job.id}`);
    expect(ledger.body).toMatchObject({ framesIn: 3, results: 2, failures: 1, inFlight: 0 });
  });

  it('pages through results by cursor', async () => {
    const apple = await fixture('apple.jpg');
    const { body } = await submit([1, 2, 3, 4, 5].map((n) => ({ name: `${n}.jpg`, data: apple })));
    await ended(kadr.url, body.id);
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `?limit=2&cursor=${encodeURIComponent(cursor)}` : '?limit=2';
      const page = await call<{ results: ResultV1[]; next: string | null }>(
        `${kadr.url}/v1/jobs/${body.id}/results${query}`,
      );
      seen.push(...page.body.results.map(({ sequence }) => sequence));
      cursor = page.body.next;
    } while (cursor);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('answers 200 within Prefer: wait, and gives the annotated JPEG of a single picture', async () => {
    const files = [{ name: 'cat.png', data: await fixture('chelsea.png') }];
    const { status, headers, body } = await submit(files, '?annotate=true', { prefer: 'wait=30' });
    expect(status).toBe(200);
    expect(headers.get('preference-applied')).toBe('wait=30');
    expect(body.state).toBe('completed');
    const jpeg = await fetch(`${kadr.url}${body.links.annotated}`);
    expect(jpeg.headers.get('content-type')).toBe('image/jpeg');
    expect(await sharp(await jpeg.arrayBuffer()).metadata()).toMatchObject({ width: 451, height: 300 });
  });

  it('unpacks a zip', async () => {
    const data = await zip({ 'a/cat.png': await fixture('chelsea.png'), 'b/cup.png': await fixture('coffee.png') });
    const { body } = await submit([{ name: 'many.zip', data }]);
    const job = await ended(kadr.url, body.id);
    expect(job.progress).toEqual({ total: 2, done: 2, failed: 0 });
  });

  it('makes one job of two uploads with the same Idempotency-Key, and refuses the key for another upload', async () => {
    const cat = [{ name: 'cat.png', data: await fixture('chelsea.png') }];
    const key = { 'idempotency-key': `key-${Date.now()}` };
    const [first, second] = await Promise.all([submit(cat, '', key), submit(cat, '', key)]);
    expect(second.body.id).toBe(first.body.id);
    const other = await submit([{ name: 'cup.png', data: await fixture('coffee.png') }], '', key);
    expect(other.status).toBe(422);
    expect(other.body).toMatchObject({ code: 'idempotency-key-reused' });
    await ended(kadr.url, first.body.id);
  });

  it('is cancelled and then removed', async () => {
    const motorcycle = await fixture('motorcycle.png');
    const files = Array.from({ length: 40 }, (_, n) => ({ name: `${n}.png`, data: motorcycle }));
    const { body } = await submit(files);
    const cancelled = await call<JobV1>(`${kadr.url}/v1/jobs/${body.id}`, { method: 'DELETE' });
    expect(cancelled.status).toBe(202);
    expect(cancelled.body.state).toBe('cancelled');
    await eventually(
      () => call(`${kadr.url}/v1/jobs/${body.id}`),
      ({ status }) => status === 404,
    );
    const { body: ledger } = await call<LedgerEntryDto>(`${kadr.url}/v1/ledger/job:${body.id}`);
    expect(ledger.drops.cancelled).toBeGreaterThan(0);
    expect(ledger.framesIn).toBe(ledger.results + ledger.drops.cancelled + ledger.failures);
  });

  it('is removed once it has ended', async () => {
    const { body } = await submit([{ name: 'cat.png', data: await fixture('chelsea.png') }], '', { prefer: 'wait=30' });
    expect((await call(`${kadr.url}/v1/jobs/${body.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await call(`${kadr.url}/v1/jobs/${body.id}`)).status).toBe(404);
    expect((await call(`${kadr.url}/v1/jobs/${body.id}/results`)).status).toBe(404);
  });

  it('is listed, newest first, by state', async () => {
    const { body } = await submit([{ name: 'cat.png', data: await fixture('chelsea.png') }], '', { prefer: 'wait=30' });
    const page = await call<{ jobs: JobV1[] }>(`${kadr.url}/v1/jobs?status=completed&limit=1`);
    expect(page.body.jobs.map(({ id }) => id)).toEqual([body.id]);
  });
});
