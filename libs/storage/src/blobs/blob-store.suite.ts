import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import type { BlobStore } from './blob-store.js';

/** A store to be tested. */
export interface TestBlobStore {
  blobs: BlobStore;
  /** Makes a blob look as if it had been stored `seconds` ago. */
  age(key: string, seconds: number): void;
  dispose(): void;
}

/** What every store of blobs has to do. Each test has a prefix of its own. */
export function describeBlobStore(name: string, create: () => Promise<TestBlobStore>): void {
  describe(`blobs in ${name}`, () => {
    let store: TestBlobStore;
    let blobs: BlobStore;
    let folder: string;

    beforeAll(async () => {
      store = await create();
      blobs = store.blobs;
      folder = mkdtempSync(join(tmpdir(), 'kadr-blobs-'));
    });
    afterAll(() => {
      store.dispose();
      rmSync(folder, { recursive: true });
    });

    async function read(key: string): Promise<string> {
      return (await blobs.get(key)).toString();
    }

    it('come back as they were put, replaced by a second one', async () => {
      const key = `jobs/${uuid()}/pictures/0.jpg`;
      await blobs.put(key, Buffer.from('first'));
      await blobs.put(key, Buffer.from('second'));
      expect(await read(key)).toBe('second');
      expect(await blobs.exists(key)).toBe(true);
      const { stream, size } = await blobs.stream(key);
      expect(size).toBe(6);
      expect((await buffer(stream)).toString()).toBe('second');
    });

    it.each([0, 1, 5_000_000])('come back whole: %d bytes', async (size) => {
      const key = `sizes/${size}`;
      const bytes = Buffer.alloc(size, 'kadr');
      await blobs.put(key, bytes);
      expect((await blobs.get(key)).equals(bytes)).toBe(true);
      const read = await blobs.stream(key);
      expect(read.size).toBe(size);
      expect((await buffer(read.stream)).equals(bytes)).toBe(true);
    });

    it.each([0, 1, 5_000_000])('take over a file of %d bytes', async (size) => {
      const key = `uploads/${size}`;
      const file = join(folder, 'upload');
      writeFileSync(file, Buffer.alloc(size, 'kadr'));
      await blobs.putFile(key, file);
      expect(existsSync(file)).toBe(false);
      expect((await blobs.get(key)).equals(Buffer.alloc(size, 'kadr'))).toBe(true);
    });

    it('may be read in part only', async () => {
      await blobs.put('part', Buffer.alloc(5_000_000));
      const { stream } = await blobs.stream('part');
      for await (const chunk of stream) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(stream.destroyed).toBe(true);
    });

    it('are missing by name when they are not there', async () => {
      const missing = { kind: 'not-found', code: 'blob-missing', message: expect.stringContaining('jobs/a/nothing') };
      await expect(blobs.get('jobs/a/nothing')).rejects.toMatchObject(missing);
      await expect(blobs.stream('jobs/a/nothing')).rejects.toMatchObject(missing);
      expect(await blobs.exists('jobs/a/nothing')).toBe(false);
      await blobs.remove('jobs/a/nothing');
      await blobs.removeAll('jobs/nothing');
    });

    it('go one by one and by prefix, leaving those beside', async () => {
      const job = `jobs/${uuid()}`;
      const keys = [`${job}/0`, `${job}/1`, `${job}/deep/er`, `${job}b/0`];
      for (const key of keys) await blobs.put(key, Buffer.from(key));
      expect(await blobs.exists(job)).toBe(false);
      await blobs.remove(`${job}/0`);
      expect(await Promise.all(keys.map((key) => blobs.exists(key)))).toEqual([false, true, true, true]);
      await blobs.removeAll(job);
      expect(await Promise.all(keys.map((key) => blobs.exists(key)))).toEqual([false, false, false, true]);
      await blobs.removeAll(`${job}b/0`);
      expect(await blobs.exists(`${job}b/0`)).toBe(false);
    });

    it('go by age', async () => {
      for (const key of ['claims/x/old', 'claims/y/new']) await blobs.put(key, Buffer.from(key));
      store.age('claims/x/old', 100);
      expect(await blobs.removeOlderThan('claims', 50_000)).toBe(1);
      expect(await blobs.exists('claims/x/old')).toBe(false);
      expect(await blobs.exists('claims/y/new')).toBe(true);
      expect(await blobs.removeOlderThan('nothing', 0)).toBe(0);
    });

    it('are written while others beside them are removed', async () => {
      const keys = Array.from({ length: 50 }, (_, index) => `busy/${index}`);
      await Promise.all(
        keys.map(async (key) => {
          await blobs.put(key, Buffer.from(key));
          await blobs.remove(key);
        }),
      );
      for (const key of keys) expect(await blobs.exists(key)).toBe(false);
    });

    it.each(['', '/', '/etc/passwd', '..', 'jobs/../../x', 'jobs//x', 'jobs/.hidden', 'a\\b', 'a\0b', 'x'.repeat(300)])(
      'refuse the key %j',
      async (key) => {
        const refused = { name: 'AppError', code: 'internal', retryable: false };
        await expect(blobs.put(key, Buffer.from(''))).rejects.toMatchObject(refused);
        await expect(blobs.get(key)).rejects.toMatchObject(refused);
        await expect(blobs.exists(key)).rejects.toMatchObject(refused);
        await expect(blobs.removeAll(key)).rejects.toMatchObject(refused);
        await expect(blobs.removeOlderThan(key, 0)).rejects.toMatchObject(refused);
      },
    );
  });
}
