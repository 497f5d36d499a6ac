import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LedgerEntryDto, ProblemDto, ResultV1 } from '@kadr/contracts';
import sharp from 'sharp';
import { call, form } from '../../../test/support/http.js';
import { eventually } from '../../../test/support/kadr.js';
import { failureOf, resultOf } from './support/fake-inference.js';
import { startGateway } from './support/gateway.js';
import type { TestGateway } from './support/gateway.js';

let gateway: TestGateway;
let jpeg: Buffer;

beforeAll(async () => {
  gateway = await startGateway({ MAX_UPLOAD_BYTES: '200000', MAX_PREDICTIONS: '4', PREDICT_TIMEOUT_MS: '1500' });
  jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
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

const post = <T = ResultV1 & ProblemDto & Record<string, unknown>>(query: string, init: RequestInit) =>
  call<T>(`${gateway.url}/v1/predict${query}`, { method: 'POST', ...init });
const raw = (body: Uint8Array, type = 'image/jpeg'): RequestInit => ({
  body: new Uint8Array(body),
  headers: { 'content-type': type },
});
const temporary = () => readdir(join(gateway.dataDir, 'tmp', 'gateway'));

describe('POST /v1/predict', () => {
  it.each([
    ['a form', (): RequestInit => ({ body: form([{ name: 'a.jpg', data: jpeg }]) })],
    ['the body', (): RequestInit => raw(jpeg)],
    ['bytes of no named kind', (): RequestInit => raw(jpeg, 'application/octet-stream')],
  ])('takes a picture as %s and answers with the result as it came over the bus', async (_how, init) => {
    const { status, headers, body } = await post('?threshold=0.5&classes=cat&masks=none', init());
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toMatchObject({ image: { width: 64, height: 48 }, source: { kind: 'request' }, objects: [] });
    const [frame] = gateway.inference.frames;
    expect(frame.options).toEqual({ threshold: 0.5, classes: ['cat'], masks: 'none', annotate: false });
    expect(Buffer.compare(frame.image, jpeg)).toBe(0);
    expect(Date.parse(frame.expiresAt!) - Date.parse(frame.capturedAt)).toBe(1500);
    await eventually(temporary, (left) => left.length === 0);
  });

  it('takes options as form fields too', async () => {
    const body = form([{ name: 'a.jpg', data: jpeg }]);
    body.append('threshold', '0.7');
    expect((await post('', { body })).status).toBe(200);
    expect(gateway.inference.frames[0].options.threshold).toBe(0.7);
  });

  it.each([
    ['image/jpeg', 'image/jpeg'],
    ['image/*', 'image/jpeg'],
    ['application/json;q=0.5, image/jpeg', 'image/jpeg'],
    ['*/*', 'application/json'],
    ['image/jpeg;q=0.1, application/json', 'application/json'],
  ])('answers Accept: %s with %s', async (accept, type) => {
    const response = await fetch(`${gateway.url}/v1/predict`, {
      method: 'POST',
      body: new Uint8Array(jpeg),
      headers: { accept, 'content-type': 'image/jpeg' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    if (type === 'image/jpeg') expect(Buffer.from(await response.arrayBuffer()).equals(jpeg)).toBe(true);
    expect(gateway.inference.frames[0].options.annotate).toBe(type === 'image/jpeg');
  });

  it('has nothing else to offer', async () => {
    const { status, body } = await post('', {
      ...raw(jpeg),
      headers: { accept: 'text/html', 'content-type': 'image/jpeg' },
    });
    expect([status, body.code]).toEqual([406, 'not-acceptable']);
  });

  it.each([
    ['text', () => raw(Buffer.from('hello')), 415, 'unsupported-media'],
    ['nothing', () => ({ body: form([{ name: 'a.jpg', data: Buffer.alloc(0) }]) }), 422, 'empty-upload'],
    ['half a picture', () => raw(jpeg.subarray(0, jpeg.length - 30)), 422, 'damaged-picture'],
    [
      'too many bytes in a form',
      () => ({ body: form([{ name: 'a', data: Buffer.alloc(300_000) }]) }),
      413,
      'upload-too-large',
    ],
    ['too many bytes as the body', () => raw(Buffer.alloc(300_000)), 413, 'upload-too-large'],
    [
      'two files',
      () => ({
        body: form([
          { name: 'a', data: jpeg },
          { name: 'b', data: jpeg },
        ]),
      }),
      413,
      'too-many-files',
    ],
    ['a form without a file', () => ({ body: form([]) }), 400, 'no-file'],
    ['no body', () => ({}), 400, 'no-file'],
    ['another kind of body', () => raw(jpeg, 'text/plain'), 415, 'unsupported-media'],
    [
      'a broken form',
      () => raw(Buffer.from('--x\r\nbroken'), 'multipart/form-data; boundary=x'),
      400,
      'invalid-request',
    ],
    ['a form without a boundary', () => raw(jpeg, 'multipart/form-data'), 400, 'invalid-request'],
    ['broken JSON', () => raw(Buffer.from('{"url":'), 'application/json'), 400, 'invalid-request'],
    ['a JSON list', () => raw(Buffer.from('[]'), 'application/json'), 400, 'invalid-request'],
    ['JSON without a URL', () => raw(Buffer.from('{}'), 'application/json'), 400, 'invalid-request'],
    ['a private URL', () => raw(Buffer.from('{"url":"http://127.0.0.1/"}'), 'application/json'), 422, 'url-refused'],
  ] as [string, () => RequestInit, number, string][])(
    'answers %s with its reason',
    async (_what, init, status, code) => {
      const answer = await post('', init());
      expect(answer.body).toMatchObject({ type: 'about:blank', status, code, instance: '/v1/predict' });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      await eventually(temporary, (left) => left.length === 0);
    },
  );

  it('names the field that a file was sent under by mistake', async () => {
    const body = new FormData();
    body.append('image', new Blob([new Uint8Array(jpeg)]), 'a.jpg');
    expect((await post('', { body })).body).toMatchObject({ status: 400, errors: [{ field: 'image' }] });
  });

  it('names every wrong field, of query and form together', async () => {
    const body = form([{ name: 'a.jpg', data: jpeg }]);
    body.append('masks', 'svg');
    const query = await post('?threshold=7&model=yolo&colour=red', raw(jpeg));
    expect(query.body.errors?.map(({ field }) => field).sort()).toEqual(['colour', 'model', 'threshold']);
    expect((await post('', { body })).body.errors).toEqual([
      { field: 'masks', value: 'svg', message: 'must be one of rle, polygon, none' },
    ]);
  });

  it.each([
    ['damaged-picture', 422, null],
    ['model-loading', 503, '5'],
    ['model-failed', 503, '5'],
    ['inference-failed', 500, null],
    ['something-new', 500, null],
  ])('answers a failure %s of inference with %d', async (code, status, retryAfter) => {
    gateway.inference.behaviour = (frame) => failureOf(frame, code);
    const answer = await post('', raw(jpeg));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
  });

  it('gives up at the deadline', async () => {
    gateway.inference.behaviour = () => undefined;
    const { status, body } = await post('', raw(jpeg));
    expect([status, body.code]).toEqual([504, 'prediction-timeout']);
  });

  it('refuses more than it may have in flight, and takes more afterwards', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    gateway.inference.behaviour = async (frame) => {
      await gate;
      return resultOf(frame);
    };
    const waiting = Array.from({ length: 4 }, () => post('', raw(jpeg)));
    await eventually(
      () => gateway.inference.frames.length,
      (count) => count === 4,
    );
    const refused = await post('', raw(jpeg));
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'queue-full', '1']);
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await post('', raw(jpeg))).status).toBe(200);
  });

  it('leaves nothing behind when a sender goes away', async () => {
    const { port, hostname } = new URL(gateway.url);
    for (const type of ['image/jpeg', 'multipart/form-data; boundary=x']) {
      const socket = connect(Number(port), hostname);
      // A raw body that does not say how long it is goes to disk.
      const body = type.startsWith('image')
        ? 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'
        : 'Content-Length: 90000\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf';
      socket.write(`POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n${body}`);
      await eventually(temporary, (left) => left.length === 1);
      socket.destroy();
      await eventually(temporary, (left) => left.length === 0);
    }
    expect(gateway.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('keeps the ledger exact', async () => {
    await Promise.all(Array.from({ length: 3 }, () => post('', raw(jpeg))));
    const source = gateway.inference.frames[0].source;
    gateway.inference.behaviour = () => undefined;
    const before = (await call<LedgerEntryDto>(`${gateway.url}/v1/ledger/${source}`)).body;
    await post('', raw(jpeg));
    const { body } = await call<LedgerEntryDto>(`${gateway.url}/v1/ledger/${source}`);
    expect(body.framesIn).toBe(before.framesIn + 1);
    expect(body.framesIn).toBe(body.results + body.failures + body.inFlight);
  });
});

describe('a model that is on its way', () => {
  it('is answered with its progress, and nothing is published', async () => {
    await gateway.inference.announce({
      id: 'objects-fine',
      state: 'fetching',
      default: false,
      progress: { received: 5, total: 10 },
    });
    const { status, headers, body } = await eventually(
      () => post('?model=objects-fine', raw(jpeg)),
      ({ status }) => status !== 400,
    );
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(body).toMatchObject({ code: 'model-loading', state: 'fetching', progress: { received: 5, total: 10 } });
    expect(gateway.inference.frames).toEqual([]);
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', '/v1/nothing', 404, 'not-found'],
    ['GET', '/v1', 404, 'not-found'],
    ['GET', '/v1/predict', 405, 'method-not-allowed'],
    ['PUT', '/v1/jobs/abc', 405, 'method-not-allowed'],
    ['GET', '/v1/models/yolo', 404, 'not-found'],
    ['GET', '/v1/ledger/job:nothing', 404, 'not-found'],
    ['GET', '/v1/ledger?limit=0', 400, 'invalid-request'],
    ['GET', '/v1/jobs/%zz', 400, 'invalid-request'],
  ])('%s %s is answered with %d', async (method, path, status, code) => {
    const answer = await call<ProblemDto>(`${gateway.url}${path}`, { method });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('allow') === null).toBe(status !== 405);
  });
});
