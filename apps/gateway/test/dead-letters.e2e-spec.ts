import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BLOBS, encodeFrame, framesTopic } from '@kadr/contracts';
import type {
  DeadLetterDetailsDto,
  DeadLettersPageDto,
  FrameV1,
  JobV1,
  LedgerEntryDto,
  ProblemDto,
  ReplayDto,
} from '@kadr/contracts';
import { BlobStore, DeadLettersRepository } from '@kadr/storage';
import type { NewDeadLetter } from '@kadr/storage';
import { v7 as uuid } from 'uuid';
import { call, form } from '../../../test/support/http.js';
import { eventually } from '../../../test/support/kadr.js';
import { failureOf, resultOf } from './support/fake-inference.js';
import { startGateway } from './support/gateway.js';
import type { TestGateway } from './support/gateway.js';
import { picture } from './support/pictures.js';

const BATCH = framesTopic('objects', 'batch');
const LIVE = framesTopic('objects', 'live');

let gateway: TestGateway;
let jpeg: Buffer;

beforeAll(async () => {
  jpeg = await picture(1);
  gateway = await startGateway();
  await gateway.inference.announce({});
  await eventually(
    () => call<{ models: unknown[] }>(`${gateway.url}/v1/models`),
    ({ body }) => body.models.length === 1,
  );
});
afterAll(() => gateway.close());
afterEach(async () => {
  gateway.inference.behaviour = resultOf;
  gateway.inference.messages.length = 0;
  const letters = gateway.app.get(DeadLettersRepository);
  await letters.remove(...(await letters.page({}, { limit: 1000 })).letters.map(({ id }) => id));
});

const at = (path: string, method = 'GET') => call<never>(`${gateway.url}/v1/dead-letters${path}`, { method });
const list = (query = '') => call<DeadLettersPageDto & ProblemDto>(`${gateway.url}/v1/dead-letters${query}`);
const get = (id: string) => call<DeadLetterDetailsDto & ProblemDto>(`${gateway.url}/v1/dead-letters/${id}`);
const replay = (id: string) =>
  call<DeadLetterDetailsDto & ProblemDto>(`${gateway.url}/v1/dead-letters/${id}/replay`, { method: 'POST' });
const replayAll = (query = '') =>
  call<ReplayDto & ProblemDto>(`${gateway.url}/v1/dead-letters/replay${query}`, { method: 'POST' });
/** Messages that the worker has got, once there are so many. */
const received = (count: number) =>
  eventually(
    () => gateway.inference.messages,
    ({ length }) => length >= count,
  );

let letters = 0;

/** A letter as the viewer keeps it; each a second younger than the one before. */
async function bury(value: Uint8Array | null, more: Partial<NewDeadLetter> = {}): Promise<NewDeadLetter> {
  const letter: NewDeadLetter = {
    id: uuid(),
    topic: BATCH,
    partition: 3,
    offset: '17',
    group: 'inference',
    key: 'k',
    headers: {},
    size: value?.length ?? null,
    contentType: 'image/jpeg',
    code: 'unknown-model',
    reason: 'There is no model "objects" here.',
    attempts: 1,
    source: null,
    sequence: null,
    happenedAt: new Date(Date.UTC(2026, 10, 22, 10, 0, letters++)).toISOString(),
    ...more,
  };
  if (value?.length) await gateway.app.get(BlobStore).put(BLOBS.deadLetter(letter.id), value);
  await gateway.app.get(DeadLettersRepository).add(letter);
  return letter;
}

/** The letter of a frame. */
function buryFrame(more: Partial<FrameV1> = {}, headers: Record<string, string> = {}, image: Uint8Array = jpeg) {
  const source = more.source ?? 'camera:c';
  const known = { id: uuid(), source, sequence: 0, model: 'objects', width: 32, height: 24 };
  const frame = { ...known, capturedAt: '2026-11-22T10:00:00.000Z', options: {}, image, ...more };
  const message = encodeFrame(frame, 'batch');
  const { sequence } = frame;
  return bury(image, { key: message.key, headers: { ...message.headers, ...headers }, source, sequence });
}

describe('GET /v1/dead-letters', () => {
  it('lists them by pages, the newest first, and counts those that wait', async () => {
    const all = [await bury(jpeg), await bury(jpeg, { code: 'bad-message' }), await bury(jpeg, { topic: 't' })];
    const first = await list('?limit=2');
    expect(first.status).toBe(200);
    expect(first.body.deadLetters.map(({ id }) => id)).toEqual([all[2].id, all[1].id]);
    expect(first.body.waiting).toBe(3);
    const rest = await list(`?limit=2&cursor=${first.body.next}`);
    expect([rest.body.deadLetters.map(({ id }) => id), rest.body.next]).toEqual([[all[0].id], null]);
  });

  it('finds them by code, topic and whether they were replayed', async () => {
    const [a, b] = [await bury(jpeg, { code: 'bad-message' }), await bury(jpeg, { topic: 't' })];
    await gateway.app.get(DeadLettersRepository).markReplayed(b.id, '2026-11-22T11:00:00.000Z');
    const found = async (query: string) => (await list(query)).body.deadLetters.map(({ id }) => id);
    expect(await found('?code=bad-message')).toEqual([a.id]);
    expect(await found('?topic=t')).toEqual([b.id]);
    expect(await found('?replayed=false')).toEqual([a.id]);
    expect(await found('?replayed=true')).toEqual([b.id]);
    expect((await list('?code=bad-message')).body.waiting).toBe(1);
  });

  it.each(['?limit=0', '?cursor=x', '?replayed=perhaps', '?code=', '?colour=red'])('refuses %s', async (query) => {
    const { status, body } = await list(query);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
  });
});

describe('GET /v1/dead-letters/{id}', () => {
  it('shows the headers, the error and where it came from', async () => {
    const { id, headers, happenedAt } = await buryFrame({ source: 'job:a', sequence: 7 });
    const { status, body } = await get(id);
    const self = `/v1/dead-letters/${id}`;
    expect([status, body]).toEqual([
      200,
      {
        id,
        topic: BATCH,
        partition: 3,
        offset: '17',
        group: 'inference',
        key: 'job:a/7',
        headers,
        source: 'job:a',
        sequence: 7,
        code: 'unknown-model',
        reason: 'There is no model "objects" here.',
        attempts: 1,
        contentType: 'image/jpeg',
        size: jpeg.length,
        happenedAt,
        replayedAt: null,
        replays: 0,
        links: { self, value: `${self}/value`, replay: `${self}/replay`, job: '/v1/jobs/a' },
      },
    ]);
  });

  it('gives the bytes of a picture to look at', async () => {
    const { id } = await bury(jpeg, { contentType: 'Image/JPEG; a=b' });
    const response = await fetch(`${gateway.url}/v1/dead-letters/${id}/value`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(jpeg.length),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(response.headers.has('content-disposition')).toBe(false);
    expect(Buffer.from(await response.arrayBuffer()).equals(jpeg)).toBe(true);
  });

  it.each([
    ['application/json', 'application/json', 'json'],
    ['text/html', 'application/octet-stream', 'bin'],
    [null, 'application/octet-stream', 'bin'],
  ])('gives bytes that call themselves %s as a file of %s', async (contentType, type, extension) => {
    const { id } = await bury(Buffer.from('{}'), { contentType });
    const { headers } = await fetch(`${gateway.url}/v1/dead-letters/${id}/value`);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toBe(`attachment; filename=kadr-dead-letter-${id}.${extension}`);
  });

  it('has no bytes of a tombstone, and none of an empty value', async () => {
    const tombstone = await bury(null);
    expect((await get(tombstone.id)).body.links.value).toBeNull();
    expect((await at(`/${tombstone.id}/value`)).status).toBe(404);
    const empty = await fetch(`${gateway.url}/v1/dead-letters/${(await bury(Buffer.alloc(0))).id}/value`);
    expect([empty.status, await empty.text()]).toEqual([200, '']);
  });

  it.each([
    ['GET', ''],
    ['GET', '/value'],
    ['POST', '/replay'],
    ['DELETE', ''],
  ])('%s …%s says that there is none', async (method, path) => {
    for (const id of [uuid(), 'nonsense', '%00']) {
      const { status, body } = await call<ProblemDto>(`${gateway.url}/v1/dead-letters/${id}${path}`, { method });
      expect([status, body.code]).toEqual([404, 'not-found']);
    }
  });
});

describe('POST /v1/dead-letters/{id}/replay', () => {
  it('makes good for the failure of a job', async () => {
    gateway.inference.behaviour = (frame) => failureOf(frame, 'unknown-model');
    const body = form([{ name: 'a.jpg', data: jpeg }]);
    const init = { method: 'POST', body, headers: { prefer: 'wait=10' } };
    const job = (await call<JobV1>(`${gateway.url}/v1/jobs`, init)).body;
    expect(job.state).toBe('failed');
    const { headers, key, value } = gateway.inference.messages[0];
    const letter = await bury(value, { headers: { ...headers }, key, source: `job:${job.id}`, sequence: 0 });
    gateway.inference.behaviour = resultOf;

    const { status, body: replayed } = await replay(letter.id);
    expect([status, replayed.replays]).toEqual([202, 1]);
    const { body: after } = await eventually(
      () => call<JobV1>(`${gateway.url}/v1/jobs/${job.id}`),
      ({ body: { state } }) => state === 'completed',
    );
    expect(after).toMatchObject({ progress: { done: 1, failed: 0 }, finishedAt: job.finishedAt });
    const { body: ledger } = await call<LedgerEntryDto>(`${gateway.url}/v1/ledger/job:${job.id}`);
    expect(ledger).toMatchObject({ framesIn: 1, results: 1, failures: 0, inFlight: 0 });
    expect((await list()).body.waiting).toBe(0);
    // The job's picture is a claim check, and what was published again is that picture.
    expect(headers.ce_dataref).toBe(`blob:${BLOBS.picture(job.id, 0)}`);
    expect((await received(2))[1].value?.equals(value!)).toBe(true);
  });

  it('publishes key, headers and bytes as they were, but for the expiry and a claim that is not needed', async () => {
    const headers = { ce_expirytime: '2026-11-22T10:00:01.000Z', ce_dataref: 'blob:claims/gone', mine: 'é' };
    const letter = await buryFrame({ traceparent: 'tp' }, headers);
    await replay(letter.id);
    const [message] = await received(1);
    const { ce_expirytime: _expiry, ce_dataref: _claim, ...kept } = letter.headers;
    expect(message).toMatchObject({ topic: BATCH, key: 'camera:c/0' });
    expect(message.headers).toEqual(kept);
    expect(message.value?.equals(jpeg)).toBe(true);
  });

  it('takes large ones, to the live lane too', async () => {
    const image = Buffer.alloc(700_000, 7);
    const batch = await buryFrame({ sequence: 1 }, {}, image);
    const live = await buryFrame({ sequence: 2 }, {}, image);
    await gateway.app.get(DeadLettersRepository).remove(live.id);
    await gateway.app.get(DeadLettersRepository).add(Object.assign({}, live, { topic: LIVE }));
    await replay(batch.id);
    await replay(live.id);
    const messages = await received(2);
    expect(new Set(messages.map(({ topic }) => topic))).toEqual(new Set([BATCH, LIVE]));
    expect(messages.every(({ value }) => value?.equals(image))).toBe(true);
  });

  it.each([['orders'], [null], ['kadr.dead-letters'], ['kadr.frames.*.live']])('refuses one from %s', async (topic) => {
    const { id } = await bury(jpeg, { topic });
    const { status, body } = await replay(id);
    expect([status, body.code]).toEqual([409, 'unknown-topic']);
    expect((await get(id)).body.replays).toBe(0);
  });

  it('says when the bytes are gone', async () => {
    const { id } = await bury(jpeg);
    await gateway.app.get(BlobStore).remove(BLOBS.deadLetter(id));
    const { status, body } = await replay(id);
    expect([status, body.code]).toEqual([404, 'blob-missing']);
  });
});

describe('POST /v1/dead-letters/replay', () => {
  it('replays all that were not yet, the oldest first, and says how many', async () => {
    const frames = [];
    for (let sequence = 0; sequence < 120; sequence++) frames.push(await buryFrame({ sequence }));
    await replay(frames[0].id);
    await bury(jpeg, { topic: 'orders' });
    const { status, body } = await replayAll();
    expect([status, body]).toEqual([202, { replayed: 119, skipped: 1 }]);
    const messages = await received(120);
    expect(new Set(messages.map(({ headers }) => headers.ce_sequence)).size).toBe(120);
    expect((await list()).body.waiting).toBe(1);
    expect((await replayAll()).body).toEqual({ replayed: 0, skipped: 1 });
  });

  it('may be asked for one code and topic only', async () => {
    await buryFrame();
    const other = await bury(jpeg, { code: 'bad-message', topic: 'orders' });
    expect((await replayAll('?code=bad-message')).body).toEqual({ replayed: 0, skipped: 1 });
    expect((await replayAll(`?topic=${BATCH}`)).body).toEqual({ replayed: 1, skipped: 0 });
    expect((await list('?replayed=false')).body.deadLetters.map(({ id }) => id)).toEqual([other.id]);
    expect((await replayAll('?replayed=false')).status).toBe(400);
  });
});

describe('DELETE /v1/dead-letters/{id}', () => {
  it('removes the letter and its bytes', async () => {
    const { id } = await bury(jpeg);
    expect((await at(`/${id}`, 'DELETE')).status).toBe(204);
    expect((await get(id)).status).toBe(404);
    expect(await gateway.app.get(BlobStore).exists(BLOBS.deadLetter(id))).toBe(false);
  });
});

it('shows in the metrics how many wait', async () => {
  await bury(jpeg);
  expect((await call<string>(`${gateway.url}/metrics`)).body).toMatch(/^kadr_dead_letters_waiting 1$/m);
});
