import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readFile, readdir, rename, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { v7 as uuid } from 'uuid';
import { partsOfKey } from './blob-key.js';
import { BlobStore } from './blob-store.js';
import { blobMissing, explainBlobError, explainOpening, isMissing } from './explain-blob-error.js';

/** Files in the making. No key begins with a dot, so none is here. */
const UNFINISHED = '.unfinished';
/** A file in the making for this long was left by a process that died. */
const ABANDONED_MS = 3_600_000;

/**
 * Blobs as files of a folder, the key being the path in it. A blob is written beside and then renamed, so that it is
 * there whole or not at all however the process ends. Several processes may share the folder.
 */
export class FolderBlobStore extends BlobStore {
  private constructor(private readonly folder: string) {
    super();
  }

  /** Makes the folder if need be, and clears what earlier processes left half written. @throws AppError */
  static async open(folder: string): Promise<FolderBlobStore> {
    const unfinished = join(folder, UNFINISHED);
    try {
      await mkdir(unfinished, { recursive: true });
      await removeOldFiles(unfinished, Date.now() - ABANDONED_MS);
    } catch (error) {
      throw explainOpening(folder, error);
    }
    return new FolderBlobStore(folder);
  }

  async put(key: string, data: Uint8Array): Promise<void> {
    await this.place(key, (file) => writeFile(file, data));
  }

  async putFile(key: string, path: string): Promise<void> {
    await this.place(key, async (file) => {
      try {
        await rename(path, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
        await copyFile(path, file);
        await unlink(path);
      }
    });
  }

  async get(key: string): Promise<Buffer> {
    return this.attempt(key, () => readFile(this.path(key)));
  }

  async stream(key: string): Promise<{ stream: Readable; size: number }> {
    return this.attempt(key, async () => {
      const file = await open(this.path(key));
      const { size } = await file.stat();
      return { stream: createReadStream('', { fd: file }), size };
    });
  }

  async exists(key: string): Promise<boolean> {
    try {
      return (await stat(this.path(key))).isFile();
    } catch (error) {
      if (isMissing(error)) return false;
      throw explainBlobError(key, error);
    }
  }

  async remove(key: string): Promise<void> {
    const path = this.path(key);
    await this.attempt(key, () => rm(path, { force: true }));
    await removeEmpty(dirname(path));
  }

  async removeAll(prefix: string): Promise<void> {
    const path = this.path(prefix);
    await this.attempt(prefix, () => rm(path, { recursive: true, force: true, maxRetries: 3 }));
    await removeEmpty(dirname(path));
  }

  async removeOlderThan(prefix: string, ms: number): Promise<number> {
    return this.attempt(prefix, () => removeOldFiles(this.path(prefix), Date.now() - ms));
  }

  private path(key: string): string {
    return join(this.folder, ...partsOfKey(key));
  }

  /** Lets `make` make a file, and moves it to its place. */
  private async place(key: string, make: (file: string) => Promise<void>): Promise<void> {
    const target = this.path(key);
    const file = join(this.folder, UNFINISHED, uuid());
    await this.attempt(key, async () => {
      try {
        await make(file);
        await moveInto(file, target);
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    });
  }

  private async attempt<T>(key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isMissing(error) ? blobMissing(key, error) : explainBlobError(key, error);
    }
  }
}

/** Renames `file` to `target`, whose folder another removal may take away in the same moment. */
async function moveInto(file: string, target: string, attempts = 3): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  try {
    await rename(file, target);
  } catch (error) {
    if (!isMissing(error) || attempts === 1) throw error;
    await moveInto(file, target, attempts - 1);
  }
}

/** Removes a folder that has become empty; one that has not, or is gone already, stays as it is. */
async function removeEmpty(folder: string): Promise<void> {
  // The only purpose is tidiness: whatever keeps the folder from being removed, no blob is affected.
  await rmdir(folder).catch(() => undefined);
}

/** Removes files under `folder` last changed before `time`; how many. */
async function removeOldFiles(folder: string, time: number): Promise<number> {
  let removed = 0;
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      removed += await removeOldFiles(path, time);
      await removeEmpty(path);
    } else if (await isOlder(path, time)) {
      await rm(path, { force: true });
      removed += 1;
    }
  }
  return removed;
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function isOlder(path: string, time: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < time;
  } catch (error) {
    // Somebody else removed it meanwhile.
    if (isMissing(error)) return false;
    throw error;
  }
}
