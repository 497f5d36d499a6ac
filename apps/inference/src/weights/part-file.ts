import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { WantedFile } from './wanted-file.js';
import { wrongDigest } from './weights-error.js';

/** A part that has not grown for so long was left by a process that is gone. */
const ABANDONED_MS = 60_000;

/** sha256 of a file, in hexadecimal digits; `undefined` when there is none. */
export async function fileDigest(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

/**
 * A file of our own beside `target` to fetch into. What an earlier process left there is taken over, so that a fetch
 * can go on from it; renaming makes sure that of several processes one gets it.
 */
export async function claimPart(target: string): Promise<string> {
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  const part = `${target}.${randomUUID()}.part`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(basename(target)) || !name.endsWith('.part')) continue;
    if (await takeOver(join(folder, name), `${target}.part`, part)) break;
  }
  return part;
}

async function takeOver(found: string, released: string, part: string): Promise<boolean> {
  try {
    const abandoned = Date.now() - (await stat(found)).mtimeMs > ABANDONED_MS;
    if (found !== released && !abandoned) return false;
    await rename(found, part);
    return true;
  } catch (error) {
    // Another process was faster: it has this one.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Leaves what was fetched so far to whoever tries next. */
export async function releasePart(part: string, target: string): Promise<void> {
  await rename(part, `${target}.part`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/**
 * Makes a part that is complete the file itself: verified, on the disk, then renamed, so that nobody sees half of it.
 * @throws AppError with both digests when it is not what was wanted; the part is removed
 */
export async function commitPart(part: string, wanted: WantedFile): Promise<void> {
  const found = await fileDigest(part);
  if (found !== wanted.sha256) {
    await rm(part, { force: true });
    throw wrongDigest(wanted, found ?? 'no file', 'Correct model.json, or the mirror or registry that serves it.');
  }
  const file = await open(part, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, wanted.target);
}
