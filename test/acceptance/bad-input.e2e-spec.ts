import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import yazl from 'yazl';
import type { JobV1, ProblemDto } from '@kadr/contracts';
import { call, fixture, form, predict } from '../support/http.js';
import { makeDir, removeDir, startKadr } from '../support/kadr.js';
import type { Kadr } from '../support/kadr.js';

jest.setTimeout(180_000);

let kadr: Kadr;
let dataDir: string;
let web: Server;
let requests = 0;

beforeAll(async () => {
  dataDir = await makeDir();
  kadr = await startKadr(dataDir, { MAX_UPLOAD_BYTES: String(8 * 1024 * 1024) });
  web = createServer((_, response) => {
    requests += 1;
    response.end('hello');
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  web.close();
  await kadr.stop();
  await removeDir(dataDir);
});

/** A PNG whose header promises `width`×`height` and whose data is a few bytes. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write(type, 4, 'latin1');
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])));
    return Buffer.concat([head, data, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(64))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(data: Buffer): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe('a bad picture', () => {
  it.each([
    ['text', async () => Buffer.from('this is not a picture'), 415, 'unsupported-media'],
    ['nothing', async () => Buffer.alloc(0), 422, 'empty-upload'],
    ['a PNG cut in half', async () => (await fixture('coffee.png')).subarray(0, 200_000), 422, 'damaged-picture'],
    ['a JPEG cut in half', async () => (await fixture('apple.jpg')).subarray(0, 25_000), 422, 'damaged-picture'],
    ['a decompression bomb', async () => bomb(60_000, 60_000), 413, 'too-many-pixels'],
    ['too many bytes', async () => Buffer.alloc(9 * 1024 * 1024), 413, 'upload-too-large'],
    ['HEIC', async () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 415, 'unsupported-media'],
  ])('%s is answered with its reason', async (_, data, status, code) => {
    const answer = await predict(kadr.url, await data());
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, code, detail: expect.any(String), instance: '/v1/predict' });
    expect(answer.status).toBe(status);
  });

  it('HEIC says what to do', async () => {
    const { body } = await predict(kadr.url, Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'));
    expect(body.detail).toMatch(/HEIC.*JPEG/s);
  });
});

describe('wrong fields', () => {
  it('are all named in one answer, with what is allowed', async () => {
    const { status, body } = await predict(kadr.url, await fixture('apple.jpg'), '?threshold=7&masks=svg&colour=red');
    expect(status).toBe(400);
    expect(body.code).toBe('invalid-request');
    expect(body.errors?.map(({ field }) => field).sort()).toEqual(['colour', 'masks', 'threshold']);
    expect(body.detail).toContain('rle');
  });

  it('an unknown model is answered with the ones there are', async () => {
    const { status, body } = await predict(kadr.url, await fixture('apple.jpg'), '?model=yolo');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toMatchObject({ code: 'unknown-model', detail: expect.stringContaining('objects-fast') });
  });

  it('an unknown class is named', async () => {
    const { body } = await predict(kadr.url, await fixture('apple.jpg'), '?classes=person,unicorn');
    expect(body).toMatchObject({ code: 'unknown-class', detail: expect.stringContaining('unicorn') });
  });

  it('no file, an unknown path and a wrong method have problem bodies too', async () => {
    const none = await call<ProblemDto>(`${kadr.url}/v1/predict`, { method: 'POST', body: new FormData() });
    expect(none.body.code).toMatch(/no-file|invalid-request/);
    expect((await call<ProblemDto>(`${kadr.url}/v1/nothing`)).body.code).toBe('not-found');
    expect((await call<ProblemDto>(`${kadr.url}/v1/jobs/not-an-id`)).status).toBeLessThan(500);
    const malformed = await call<ProblemDto>(`${kadr.url}/v1/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"url":',
    });
    expect(malformed).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });
});

describe('a URL', () => {
  it.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://2130706433',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://0x7f.1',
  ])('that is loopback (%s) is refused before a byte is sent', async (origin) => {
    const before = requests;
    const { port } = web.address() as AddressInfo;
    const { status, body } = await call<ProblemDto>(`${kadr.url}/v1/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${origin}:${port}/photo.jpg` }),
    });
    expect(status).toBe(422);
    expect(body.code).toBe('url-refused');
    expect(requests).toBe(before);
  });

  it.each([
    'http://10.0.0.1/a.jpg',
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'ftp://example.com/a.jpg',
  ])('that is private or no web address (%s) is refused', async (url) => {
    const { status, body } = await call<ProblemDto>(`${kadr.url}/v1/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url }),
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(body.code).toMatch(/url-refused|invalid-request/);
  });
});

describe('a bad zip', () => {
  async function submit(data: Uint8Array) {
    return call<JobV1 & ProblemDto>(`${kadr.url}/v1/jobs`, { method: 'POST', body: form([{ name: 'a.zip', data }]) });
  }

  it('a zip bomb is refused while memory stays flat', async () => {
    const archive = new yazl.ZipFile();
    archive.addBuffer(Buffer.alloc(512 * 1024 * 1024), 'zeros.png');
    archive.end();
    const data = await buffer(archive.outputStream);
    const { status, body } = await submit(data);
    expect({ status, code: body.code }).toEqual({ status: 413, code: 'zip-too-large' });
  });

  it('paths that climb are refused', async () => {
    const archive = new yazl.ZipFile();
    archive.addBuffer(await fixture('apple.jpg'), 'aa/aa/evil.jpg');
    archive.end();
    const data = await buffer(archive.outputStream);
    const evil = Buffer.from(data.toString('latin1').replaceAll('aa/aa/evil.jpg', '../../evil.jpg'), 'latin1');
    const { status, body } = await submit(evil);
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'bad-zip' });
  });
});
