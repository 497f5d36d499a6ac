import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { JobV1, JobsPageDto, LedgerEntryDto, ProblemDto, ResultsPageDto, ResultV1 } from '@kadr/contracts';
import { call, ended, form } from '../../../test/support/http.js';
import { eventually } from '../../../test/support/kadr.js';
import { failureOf, resultOf } from './support/fake-inference.js';
import { startGateway } from './support/gateway.js';
import type { TestGateway } from './support/gateway.js';
import { picture, zipOf } from './support/pictures.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ MAX_JOB_ITEMS: '200', MAX_UPLOAD_BYTES: '1000000' });
  await gateway.inference.announce({});
  await eventually(
    () => call<{ models: unknown[] }>(`${gateway.url}/v1/models`),
    ({ body }) => body.models.length === 1,
  );
});
afterAll(() => gateway.close());
afterEach(() => {
  gateway.inference.behaviour = resultOf;
  gateway.inference.frames.length = 0;
});

type Files = { name: string; data: Uint8Array }[];
const submit = (files: Files, query = '', headers: Record<string, string> = {}) =>
  call<JobV1 & ProblemDto>(`${gateway.url}/v1/jobs${query}`, { method: 'POST', body: form(files), headers });
const submitUrls = (urls: unknown, more: object = {}) =>
  call<JobV1 & ProblemDto>(`${gateway.url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=10' },
    body: JSON.stringify({ urls, ...more }),
  });
const get = <T>(path: string, init?: RequestInit) => call<T>(`${gateway.url}${path}`, init);
const pictures = (count: number): Promise<Files> =>
  Promise.all(Array.from({ length: count }, async (_, seed) => ({ name: `${seed}.jpg`, data: await picture(seed) })));

describe('POST /v1/jobs', () => {
  it('accepts pictures, works them off and gives their results in frame order', async () => {
    const { status, headers, body } = await submit(await pictures(5), '?threshold=0.3&classes=cat');
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/jobs/${body.id}`);
    const job = await ended(gateway.url, body.id);
    expect(job).toMatchObject({ state: 'completed', progress: { total: 5, done: 5, failed: 0 } });
    expect(job.options).toEqual({ threshold: 0.3, classes: ['cat'] });
    const { body: page } = await get<ResultsPageDto>(`/v1/jobs/${body.id}/results?limit=2`);
    expect(page.results.map(({ sequence }) => sequence)).toEqual([0, 1]);
    const rest = await get<ResultsPageDto>(`/v1/jobs/${body.id}/results?limit=10&cursor=${page.next}`);
    expect(rest.body.results.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
    expect(rest.body.next).toBeNull();
  });

  it.each([
    ['Accept', '', { accept: 'application/x-ndjson' }],
    ['format', '?format=ndjson', {}],
  ])('gives all results as lines by %s', async (_by, query, headers) => {
    const { body } = await submit(await pictures(3), '', { prefer: 'wait=10' });
    const response = await fetch(`${gateway.url}/v1/jobs/${body.id}/results${query}`, { headers });
    expect(response.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as ResultV1).sequence)).toEqual([0, 1, 2]);
  });

  it('answers when it is done, if that is preferred', async () => {
    const { status, headers, body } = await submit(await pictures(2), '', { prefer: 'wait=10' });
    expect([status, headers.get('preference-applied'), body.state]).toEqual([200, 'wait=10', 'completed']);
  });

  it('answers 202 when the wait was too short', async () => {
    gateway.inference.behaviour = () => undefined;
    const { status, headers } = await submit(await pictures(1), '', { prefer: 'wait=0' });
    expect([status, headers.get('preference-applied')]).toEqual([202, 'wait=0']);
  });

  it('lets a bad picture fail alone', async () => {
    gateway.inference.behaviour = (frame) =>
      frame.sequence === 3 ? failureOf(frame, 'inference-failed') : resultOf(frame);
    const [good, other, poison] = await pictures(3);
    const files = [good, { name: 'notes.txt', data: Buffer.from('no picture') }, other, poison];
    const cut = { name: 'cut.jpg', data: good.data.subarray(0, good.data.length - 20) };
    const { body } = await submit([...files, cut], '', { prefer: 'wait=10' });
    expect(body.progress).toEqual({ total: 5, done: 2, failed: 3 });
    expect(body.items?.map(({ error }) => error?.code)).toEqual([
      undefined,
      'unsupported-media',
      undefined,
      'inference-failed',
      'damaged-picture',
    ]);
    const { body: ledger } = await get<LedgerEntryDto>(`/v1/ledger/job:${body.id}`);
    expect(ledger).toMatchObject({ framesIn: 5, results: 2, failures: 3, inFlight: 0 });
  });

  it('unpacks a zip beside other files', async () => {
    const zip = await zipOf({
      'dir/a.jpg': await picture(1),
      '.hidden': Buffer.from('x'),
      'inner.zip': await zipOf({}),
    });
    const { body } = await submit(
      [
        { name: 'many.zip', data: zip },
        { name: 'b.jpg', data: await picture(2) },
      ],
      '',
      { prefer: 'wait=10' },
    );
    expect(body.items?.map(({ name, state }) => [name, state])).toEqual([
      ['a.jpg', 'done'],
      ['inner.zip', 'failed'],
      ['b.jpg', 'done'],
    ]);
  });

  it.each([
    ['text', async () => [{ name: 'a', data: Buffer.from('text') }], 415, 'unsupported-media'],
    ['zero bytes', async () => [{ name: 'a', data: Buffer.alloc(0) }], 422, 'empty-upload'],
    ['a broken zip', async () => [{ name: 'a.zip', data: Buffer.from('504b030400', 'hex') }], 422, 'bad-zip'],
    [
      'a zip bomb',
      async () => [{ name: 'a.zip', data: await zipOf({ a: Buffer.alloc(2_000_000) }) }],
      413,
      'zip-too-large',
    ],
    ['too many files', async () => pictures(201), 413, 'too-many-files'],
    ['nothing', async () => [], 400, 'no-file'],
  ] as [string, () => Promise<Files>, number, string][])('refuses a job of %s', async (_what, files, status, code) => {
    const { body } = await submit(await files());
    expect(body).toMatchObject({ status, code });
  });

  it('names wrong URLs, and lets refused ones fail alone', async () => {
    expect((await submitUrls('http://a/b.jpg')).body).toMatchObject({ status: 400, errors: [{ field: 'urls' }] });
    expect((await submitUrls([])).body).toMatchObject({ status: 400 });
    const { body } = await submitUrls(['http://127.0.0.1/a.jpg', 'file:///etc/passwd'], { threshold: 0.2 });
    expect(body).toMatchObject({ state: 'failed', progress: { failed: 2 }, options: { threshold: 0.2 } });
    expect(body.items?.map(({ name, error }) => [name, error?.code])).toEqual([
      ['a.jpg', 'url-refused'],
      ['passwd', 'url-refused'],
    ]);
  });

  it('keeps a webhook with the job, and from the frames', async () => {
    const webhook = 'https://example.com/hook?token=t';
    const { status, body } = await submit(await pictures(1), `?webhook=${encodeURIComponent(webhook)}`);
    expect([status, body.options]).toEqual([202, { webhook }]);
    await ended(gateway.url, body.id);
    expect(gateway.inference.frames.map(({ options }) => options)).toEqual([{}]);
  });

  it.each([
    ['http://127.0.0.1:9/hook', 422, 'url-refused'],
    ['http://localhost/hook', 422, 'url-refused'],
    ['http://[::1]/', 422, 'url-refused'],
    ['http://169.254.169.254/', 422, 'url-refused'],
    ['ftp://example.com/', 400, 'invalid-request'],
    ['hook', 400, 'invalid-request'],
    [`https://example.com/${'a'.repeat(2000)}`, 400, 'invalid-request'],
    ['https://user:secret@example.com/', 400, 'invalid-request'],
    ['https:\\\\user:secret@example.com/', 400, 'invalid-request'],
    ['https:///user:secret@example.com/', 400, 'invalid-request'],
  ])('refuses the webhook %s, and repeats no password', async (webhook, status, code) => {
    const inQuery = await submit(await pictures(1), `?webhook=${encodeURIComponent(webhook)}`);
    const inJson = await submitUrls(['https://example.com/a.jpg'], { webhook });
    for (const { body } of [inQuery, inJson]) {
      expect(body).toMatchObject({ status, code });
      expect(JSON.stringify([body, gateway.log.lines])).not.toContain('secret');
    }
  });

  it('waits for a model that is not loaded yet, and refuses one that failed', async () => {
    await gateway.inference.announce(
      { id: 'slow', state: 'cold', default: false },
      { id: 'bad', state: 'failed', default: false },
    );
    await eventually(
      () => get<{ models: unknown[] }>('/v1/models'),
      ({ body }) => body.models.length === 3,
    );
    expect((await submit(await pictures(1), '?model=slow')).status).toBe(202);
    expect((await submit(await pictures(1), '?model=bad')).body.code).toBe('model-failed');
  });
});

describe('Idempotency-Key', () => {
  it('makes one job of the same request, at once or later', async () => {
    const key = { 'idempotency-key': 'same-request' };
    const files = await pictures(2);
    const [first, second] = await Promise.all([submit(files, '', key), submit(files, '', key)]);
    expect(second.body.id).toBe(first.body.id);
    await ended(gateway.url, first.body.id);
    const replay = await submit(files, '', key);
    expect([replay.status, replay.body.id]).toEqual([200, first.body.id]);
    const mine = gateway.inference.frames.filter(({ source }) => source === `job:${first.body.id}`);
    expect(new Set(mine.map(({ sequence }) => sequence))).toEqual(new Set([0, 1]));
    expect(mine).toHaveLength(2);
  });

  it.each([
    ['another picture', async () => pictures(1), '?threshold=0.5'],
    ['another option', async () => [{ name: 'x', data: await picture(9) }], ''],
  ])('is refused for %s', async (_what, files, query) => {
    const key = { 'idempotency-key': `other-${query}` };
    expect((await submit([{ name: 'x', data: await picture(9) }], '?threshold=0.5', key)).status).toBe(202);
    const { body } = await submit(await files(), query, key);
    expect(body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });

  it('must be printable', async () => {
    const { body } = await submit(await pictures(1), '', { 'idempotency-key': 'x'.repeat(300) });
    expect(body).toMatchObject({ status: 400, errors: [{ field: 'Idempotency-Key' }] });
  });
});

describe('pictures of a job', () => {
  it('are a JPEG of one, a ZIP of many, or one of many', async () => {
    const one = await submit(await pictures(1), '?annotate=true', { prefer: 'wait=10' });
    const jpeg = await fetch(`${gateway.url}/v1/jobs/${one.body.id}/annotated`);
    expect(jpeg.headers.get('content-type')).toBe('image/jpeg');
    expect(jpeg.headers.get('content-length')).toBe(String((await jpeg.arrayBuffer()).byteLength));
    const many = await submit(await pictures(3), '?annotate=true', { prefer: 'wait=10' });
    const zip = await fetch(`${gateway.url}/v1/jobs/${many.body.id}/annotated`);
    expect(zip.headers.get('content-type')).toBe('application/zip');
    expect(zip.headers.get('content-disposition')).toContain(`kadr-${many.body.id}.zip`);
    const bytes = Buffer.from(await zip.arrayBuffer()).toString('latin1');
    for (const name of ['0.jpg', '1.jpg', '2.jpg']) expect(bytes).toContain(name);
    const second = await fetch(`${gateway.url}/v1/jobs/${many.body.id}/annotated?sequence=1`);
    expect(Buffer.from(await second.arrayBuffer()).equals(await picture(1))).toBe(true);
    const original = await fetch(`${gateway.url}/v1/jobs/${many.body.id}/pictures/2`);
    expect(Buffer.from(await original.arrayBuffer()).equals(await picture(2))).toBe(true);
  });

  it('are not there before they are done, when not asked for, and beyond the last', async () => {
    gateway.inference.behaviour = () => undefined;
    const open = await submit(await pictures(2), '?annotate=true');
    expect((await get<ProblemDto>(`/v1/jobs/${open.body.id}/annotated`)).body).toMatchObject({
      status: 409,
      code: 'job-not-finished',
    });
    expect((await get<ProblemDto>(`/v1/jobs/${open.body.id}/pictures/7`)).body).toMatchObject({ status: 404 });
    gateway.inference.behaviour = resultOf;
    const plain = await submit(await pictures(1), '', { prefer: 'wait=10' });
    const { body } = await get<ProblemDto>(`/v1/jobs/${plain.body.id}/annotated`);
    expect(body).toMatchObject({ status: 404, detail: expect.stringContaining('annotate=true') });
  });
});

describe('DELETE /v1/jobs/{id}', () => {
  it('removes a job that has ended', async () => {
    const { body } = await submit(await pictures(1), '', { prefer: 'wait=10' });
    expect((await get(`/v1/jobs/${body.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await get<ProblemDto>(`/v1/jobs/${body.id}`)).body.code).toBe('not-found');
    expect((await get(`/v1/jobs/${body.id}/results`)).status).toBe(404);
    expect((await get(`/v1/jobs/${body.id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('cancels an active one and accounts for each of its pictures', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    gateway.inference.behaviour = async (frame) => {
      await gate;
      return resultOf(frame);
    };
    const { body } = await submit(await pictures(120));
    await eventually(
      () => gateway.inference.frames.length,
      (count) => count >= 4,
    );
    const cancelled = await get<JobV1>(`/v1/jobs/${body.id}`, { method: 'DELETE' });
    expect([cancelled.status, cancelled.body.state]).toEqual([202, 'cancelled']);
    release();
    await eventually(
      () => get(`/v1/jobs/${body.id}`),
      ({ status }) => status === 404,
    );
    const { body: ledger } = await get<LedgerEntryDto>(`/v1/ledger/job:${body.id}`);
    expect(ledger.framesIn).toBe(120);
    expect(ledger.results + ledger.drops.cancelled).toBe(120);
    expect(ledger.drops.cancelled).toBeGreaterThanOrEqual(120 - 64);
  });
});

describe('GET /v1/jobs', () => {
  it('lists jobs, newest first, by pages', async () => {
    const { body } = await submit(await pictures(1), '', { prefer: 'wait=10' });
    const { body: page } = await get<JobsPageDto>('/v1/jobs?limit=1');
    expect(page.jobs.map(({ id }) => id)).toEqual([body.id]);
  });

  it('names wrong fields', async () => {
    const { body } = await get<ProblemDto>('/v1/jobs?status=done&limit=0&page=2');
    expect(body.errors?.map(({ field }) => field).sort()).toEqual(['limit', 'page', 'status']);
  });
});

describe('several jobs', () => {
  it('are served in turn, and no job has more than its share on the bus', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    gateway.inference.behaviour = async (frame) => {
      await gate;
      return resultOf(frame);
    };
    const big = await submit(await pictures(150));
    const small = await submit(await pictures(1));
    const { body: ledger } = await eventually(
      () => get<LedgerEntryDto>(`/v1/ledger/job:${big.body.id}`),
      ({ body }) => body.framesIn === 64,
    );
    expect(ledger.framesIn).toBe(64);
    await eventually(
      () => get<LedgerEntryDto>(`/v1/ledger/job:${small.body.id}`),
      ({ body }) => body.framesIn === 1,
    );
    release();
    expect((await ended(gateway.url, big.body.id)).progress.done).toBe(150);
    expect((await ended(gateway.url, small.body.id)).progress.done).toBe(1);
  });
});
