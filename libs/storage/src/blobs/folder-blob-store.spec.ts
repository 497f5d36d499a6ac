import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { explainBlobError } from './explain-blob-error.js';
import { FolderBlobStore } from './folder-blob-store.js';

describe('blobs in a folder', () => {
  let folder: string;
  let blobs: FolderBlobStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kadr-blobs-'));
    blobs = await FolderBlobStore.open(join(folder, 'blobs'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const age = (key: string, seconds: number): void => {
    const time = Date.now() / 1000 - seconds;
    utimesSync(join(folder, 'blobs', key), time, time);
  };

  it('come back as they were put, replaced by a second one', async () => {
    await blobs.put('jobs/a/pictures/0.jpg', Buffer.from('first'));
    await blobs.put('jobs/a/pictures/0.jpg', Buffer.from('second'));
    expect((await blobs.get('jobs/a/pictures/0.jpg')).toString()).toBe('second');
    expect(await blobs.exists('jobs/a/pictures/0.jpg')).toBe(true);
    expect(await blobs.exists('jobs/a/pictures')).toBe(false);
    const { stream, size } = await blobs.stream('jobs/a/pictures/0.jpg');
    expect(size).toBe(6);
    expect((await buffer(stream)).toString()).toBe('second');
    expect(readdirSync(join(folder, 'blobs', '.unfinished'))).toEqual([]);
  });

  it('take over a file', async () => {
    const file = join(folder, 'upload');
    writeFileSync(file, 'bytes');
    await blobs.putFile('jobs/a/uploads/0', file);
    expect(existsSync(file)).toBe(false);
    expect((await blobs.get('jobs/a/uploads/0')).toString()).toBe('bytes');
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
    for (const key of ['jobs/a/0', 'jobs/a/1', 'jobs/ab/0']) await blobs.put(key, Buffer.from(key));
    await blobs.remove('jobs/a/0');
    expect(await blobs.exists('jobs/a/1')).toBe(true);
    await blobs.removeAll('jobs/a');
    expect(await blobs.exists('jobs/a/1')).toBe(false);
    expect(await blobs.exists('jobs/ab/0')).toBe(true);
  });

  it('go by age', async () => {
    for (const key of ['claims/x/old', 'claims/y/new']) await blobs.put(key, Buffer.from(key));
    age('claims/x/old', 100);
    expect(await blobs.removeOlderThan('claims', 50_000)).toBe(1);
    expect(await blobs.exists('claims/x/old')).toBe(false);
    expect(await blobs.exists('claims/y/new')).toBe(true);
    expect(await blobs.removeOlderThan('nothing', 0)).toBe(0);
  });

  it('are written while others beside them are removed', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `jobs/a/${index}`);
    await Promise.all(
      keys.map(async (key) => {
        await blobs.put(key, Buffer.from(key));
        await blobs.remove(key);
      }),
    );
    for (const key of keys) expect(await blobs.exists(key)).toBe(false);
  });

  it('lose what a killed process left half written, but not what another one writes now', async () => {
    const unfinished = join(folder, 'blobs', '.unfinished');
    writeFileSync(join(unfinished, 'old'), '');
    writeFileSync(join(unfinished, 'new'), '');
    age('.unfinished/old', 7200);
    await FolderBlobStore.open(join(folder, 'blobs'));
    expect(readdirSync(unfinished)).toEqual(['new']);
  });

  it.each(['', '/', '/etc/passwd', '..', 'jobs/../../x', 'jobs//x', 'jobs/.hidden', 'a\\b', 'a\0b', 'x'.repeat(300)])(
    'refuse the key %j',
    async (key) => {
      await expect(blobs.put(key, Buffer.from(''))).rejects.toMatchObject({ name: 'AppError' });
      await expect(blobs.removeAll(key)).rejects.toMatchObject({ name: 'AppError' });
    },
  );

  it('never leave their folder, whatever the key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('.', '..', '/', 'a', '\\', '~', '%2e', '-')), async (parts) => {
        await blobs.put(parts.join(''), Buffer.from('x')).catch(() => undefined);
        expect(readdirSync(folder)).toEqual(['blobs']);
      }),
      { numRuns: 100 },
    );
  });

  it('say that the disk is full', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    expect(explainBlobError('a', full)).toMatchObject({ kind: 'away', code: 'storage-full', retryable: true });
  });

  it('say that their folder cannot be one', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(FolderBlobStore.open(join(file, 'blobs'))).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringMatching(/file.*DATA_DIR/),
    });
    mkdirSync(join(folder, 'blobs', 'jobs'));
    await expect(blobs.get('jobs')).rejects.toMatchObject({ code: 'internal' });
  });
});
