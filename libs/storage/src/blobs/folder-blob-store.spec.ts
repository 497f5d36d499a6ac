import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { describeBlobStore } from './blob-store.suite.js';
import { explainBlobError } from './explain-blob-error.js';
import { FolderBlobStore } from './folder-blob-store.js';

describeBlobStore('a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kadr-blobs-'));
  return {
    blobs: await FolderBlobStore.open(folder),
    age: (key, seconds) => age(join(folder, key), seconds),
    dispose: () => rmSync(folder, { recursive: true }),
  };
});

function age(file: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(file, time, time);
}

describe('a folder of blobs', () => {
  let folder: string;
  let blobs: FolderBlobStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kadr-blobs-'));
    blobs = await FolderBlobStore.open(join(folder, 'blobs'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('holds nothing half written', async () => {
    await blobs.put('jobs/a/pictures/0.jpg', Buffer.from('first'));
    expect(readdirSync(join(folder, 'blobs', '.unfinished'))).toEqual([]);
    expect(await blobs.exists('jobs/a/pictures')).toBe(false);
  });

  it('loses what a killed process left half written, but not what another one writes now', async () => {
    const unfinished = join(folder, 'blobs', '.unfinished');
    writeFileSync(join(unfinished, 'old'), '');
    writeFileSync(join(unfinished, 'new'), '');
    age(join(unfinished, 'old'), 7200);
    await FolderBlobStore.open(join(folder, 'blobs'));
    expect(readdirSync(unfinished)).toEqual(['new']);
  });

  it('is never left, whatever the key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('.', '..', '/', 'a', '\\', '~', '%2e', '-')), async (parts) => {
        await blobs.put(parts.join(''), Buffer.from('x')).catch(() => undefined);
        expect(readdirSync(folder)).toEqual(['blobs']);
      }),
      { numRuns: 100 },
    );
  });

  it('says that the disk is full', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    expect(explainBlobError('a', full)).toMatchObject({ kind: 'away', code: 'storage-full', retryable: true });
  });

  it('holds no blob where there is a folder', async () => {
    mkdirSync(join(folder, 'blobs', 'jobs'));
    await expect(blobs.get('jobs')).rejects.toMatchObject({ code: 'blob-missing' });
  });

  it('says that it cannot be one', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(FolderBlobStore.open(join(file, 'blobs'))).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringMatching(/file.*DATA_DIR/),
    });
  });
});
