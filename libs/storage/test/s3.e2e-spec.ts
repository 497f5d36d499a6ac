import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { BlobStore, BlobsModule } from '@kadr/storage';
import { TestS3, describeS3 } from '../../../test/support/s3.js';
import { describeBlobStore } from '../src/blobs/blob-store.suite.js';
import { S3BlobStore } from '../src/blobs/s3/s3-blob-store.js';
import type { S3Settings } from '../src/blobs/s3/s3-settings.js';

jest.setTimeout(120_000);

describeS3('S3', () => {
  let s3: TestS3;

  beforeAll(async () => {
    s3 = await TestS3.start();
  });
  afterAll(() => s3.stop());

  describeBlobStore('S3', async () => {
    const blobs = await S3BlobStore.open(s3.settings);
    return { blobs, age: (key, seconds) => s3.age(key, seconds), dispose: () => blobs.onApplicationShutdown() };
  });

  describeBlobStore('S3 under a prefix', async () => {
    const blobs = await S3BlobStore.open({ ...s3.settings, S3_PREFIX: 'some/where' });
    const age = (key: string, seconds: number) => s3.age(`some/where/${key}`, seconds);
    return { blobs, age, dispose: () => blobs.onApplicationShutdown() };
  });

  it('is where the module keeps blobs when S3_BUCKET is set', async () => {
    const imports = [BlobsModule.forRoot({ DATA_DIR: join(tmpdir(), 'kadr-unused'), ...s3.settings })];
    const module = await Test.createTestingModule({ imports }).compile();
    expect(module.get(BlobStore)).toBeInstanceOf(S3BlobStore);
    await module.close();
  });

  it('is swept page by page', async () => {
    const blobs = await S3BlobStore.open(s3.settings);
    const keys = Array.from({ length: 2100 }, (_, index) => `many/${index % 7}/${index}`);
    for (const key of keys) {
      mkdirSync(dirname(s3.path(key)), { recursive: true });
      writeFileSync(s3.path(key), '');
    }
    for (const key of keys.slice(0, 1050)) s3.age(key, 100);
    expect(await blobs.removeOlderThan('many', 50_000)).toBe(1050);
    expect(await blobs.exists(keys[1049])).toBe(false);
    expect(await blobs.exists(keys[1050])).toBe(true);
    await blobs.removeAll('many');
    for (const key of keys.slice(1050)) expect(await blobs.exists(key)).toBe(false);
    blobs.onApplicationShutdown();
  });

  const refusals: [string, Partial<S3Settings>, RegExp][] = [
    ['wrong secret', { S3_SECRET_ACCESS_KEY: 'a-wrong-secret' }, /"kadr" at http:.*check .*S3_SECRET_ACCESS_KEY/],
    ['unknown key', { S3_ACCESS_KEY_ID: 'nobody' }, /"kadr" at http:.*check S3_ACCESS_KEY_ID/],
    ['missing bucket', { S3_BUCKET: 'nowhere' }, /"nowhere" at http:.*make the bucket/],
    ['wrong address', { S3_ENDPOINT: 'http://127.0.0.1:9' }, /"kadr" at http:\/\/127\.0\.0\.1:9 .*check that it runs/],
  ];

  it.each(refusals)('says at start what to do about a %s, and no secret', async (_what, wrong, message) => {
    const settings = { ...s3.settings, ...wrong };
    const error: unknown = await S3BlobStore.open(settings).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'AppError', kind: 'unavailable', message: expect.stringMatching(message) });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(settings.S3_SECRET_ACCESS_KEY);
  });

  it('is waited for while it is away, and goes on when it is back', async () => {
    const own = await TestS3.start();
    const blobs = await S3BlobStore.open(own.settings);
    await blobs.put('before', Buffer.alloc(30_000_000));
    const file = join(dirname(own.path('')), 'upload');
    writeFileSync(file, 'bytes');
    const reader = (await blobs.stream('before')).stream.iterator();
    await reader.next();
    await own.pause();
    const away = { kind: 'away', code: 'storage-unavailable', waits: true, retryAfter: 5 };
    await expect(drain(reader)).rejects.toMatchObject(away);
    await expect(blobs.put('after', Buffer.from('x'))).rejects.toMatchObject(away);
    await expect(blobs.putFile('after', file)).rejects.toMatchObject(away);
    await expect(blobs.get('before')).rejects.toMatchObject(away);
    await expect(blobs.stream('before')).rejects.toMatchObject(away);
    await expect(blobs.exists('before')).rejects.toMatchObject(away);
    await expect(blobs.remove('before')).rejects.toMatchObject(away);
    await expect(blobs.removeOlderThan('jobs', 0)).rejects.toMatchObject(away);
    await own.resume();
    await blobs.putFile('after', file);
    expect((await blobs.get('after')).toString()).toBe('bytes');
    blobs.onApplicationShutdown();
    await own.stop();
  });
});

async function drain(reader: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of reader);
}
