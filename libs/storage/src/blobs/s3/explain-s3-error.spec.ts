import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@kadr/errors';
import { explainS3Error, explainS3Opening } from './explain-s3-error.js';
import { S3BlobStore } from './s3-blob-store.js';

const PLACE = 'The S3 bucket "kadr" at AWS in us-east-1';
const EMPTY_LIST = '<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>';

/** An error as the SDK makes it. */
function refusal(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error('The request was <PUT /kadr/a>'), { name, $metadata: { httpStatusCode } });
}

describe('an error of S3', () => {
  it.each([
    refusal('SlowDown', 503),
    refusal('RequestTimeout', 400),
    refusal('Unknown', 502),
    refusal('ExpiredToken', 403),
    refusal('NoSuchBucket', 404),
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    Object.assign(new Error('silent'), { name: 'TimeoutError' }),
  ])('is waited for when it says nothing about the blob: %s', (error) => {
    const away = { kind: 'away', code: 'storage-unavailable', waits: true, retryAfter: 5, cause: error };
    expect(explainS3Error(PLACE, 'a', error)).toMatchObject(away);
  });

  it.each([refusal('XMinioStorageFull', 507), refusal('QuotaExceeded', 403)])('says that it is full: %s', (error) => {
    expect(explainS3Error(PLACE, 'a', error)).toMatchObject({ kind: 'away', code: 'storage-full' });
  });

  it.each([refusal('EntityTooLarge', 400), new TypeError('not a function')])('counts when it may: %s', (error) => {
    expect(explainS3Error(PLACE, 'a', error)).toMatchObject({
      kind: 'internal',
      message: expect.stringMatching('"a"'),
    });
  });

  it('stays what it is when it is explained already', () => {
    const error = new AppError('not-found', 'blob-missing', 'gone');
    expect(explainS3Error(PLACE, 'a', error)).toBe(error);
  });

  it('says what to do, and not what was asked', () => {
    const { message } = explainS3Opening(PLACE, refusal('AccessDenied', 403));
    expect(message).toMatch(/"kadr" at AWS in us-east-1 cannot be used \(AccessDenied, HTTP 403\): .*s3:ListBucket/);
    expect(message).not.toContain('PUT');
    const none = Object.assign(new Error('Could not load'), { name: 'CredentialsProviderError' });
    expect(explainS3Opening(PLACE, none).message).toMatch(/set S3_ACCESS_KEY_ID/);
    expect(explainS3Opening(PLACE, refusal('PermanentRedirect', 301)).message).toMatch(/check S3_REGION/);
  });
});

describe('a server that breaks', () => {
  let server: Server;

  afterEach(() => void server.close());

  /** A store on a server that answers lists properly, and all else with `answer`. */
  async function open(answer: RequestListener): Promise<S3BlobStore> {
    server = createServer((request, response) => {
      if (request.url?.includes('list-type=2')) response.end(EMPTY_LIST);
      else answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return S3BlobStore.open({
      S3_BUCKET: 'kadr',
      S3_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      S3_REGION: 'us-east-1',
      S3_ACCESS_KEY_ID: 'kadr',
      S3_SECRET_ACCESS_KEY: 'secret',
      S3_PREFIX: '',
      S3_FORCE_PATH_STYLE: true,
    });
  }

  it('is away when something before it answers in HTML', async () => {
    const blobs = await open((_request, response) => response.writeHead(502).end('<html><h1>Bad gateway'));
    const away = { code: 'storage-unavailable', kind: 'away' };
    await expect(blobs.get('a')).rejects.toMatchObject(away);
    await expect(blobs.exists('a')).rejects.toMatchObject(away);
    await expect(blobs.put('a', Buffer.from('a'))).rejects.toMatchObject(away);
    blobs.onApplicationShutdown();
  });

  it('never hands over a part of a blob', async () => {
    const blobs = await open((_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('half');
      response.write('.', () => response.destroy());
    });
    const away = { code: 'storage-unavailable', kind: 'away' };
    await expect(blobs.get('a')).rejects.toMatchObject(away);
    const { stream, size } = await blobs.stream('a');
    expect(size).toBe(10);
    await expect(stream.toArray()).rejects.toMatchObject(away);
    blobs.onApplicationShutdown();
  });
});
