import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@kadr/errors';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { errorFact } from '../error-facts.js';
import { ByteLimiter } from '../limit-bytes.js';
import type { ByteBudget } from '../limit-bytes.js';
import { isWanted } from './zip-entries.js';

/** What a zip may hold at most. */
export interface ZipLimits {
  maxEntries: number;
  /** Of all entries together, unpacked. */
  maxBytes: number;
}

/** A file of a zip: written to `path`, or not, and then why. */
export interface UnpackedFile {
  /** Its path inside the zip. */
  name: string;
  path: string;
  /** Unpacked. */
  bytes: number;
  error?: AppError;
}

/** Deflate cannot reach more than 1032; pictures stay far below this, bombs do not. */
const MAX_RATIO = 200;
/** Folders and hidden files are not counted as pictures, but there is an end to them too. */
const MAX_UNWANTED = 2;
const SPARE_ENTRIES = 1000;
const RATIO_MATTERS_ABOVE = 16 * 1024 * 1024;

/**
 * Unpacks the files of a zip into `folder`, one after the other, as `prefix` and a number: names of the zip are never
 * used as paths. All names and declared sizes are checked before anything is written, and bytes are counted again
 * while they are unpacked. Folders, symbolic links, hidden files and `__MACOSX` are left out.
 * @throws AppError `bad-zip` (unprocessable), `zip-too-large` or `too-many-files` (too-large).
 */
export async function unpackZip(
  zip: string,
  folder: string,
  prefix: string,
  limits: ZipLimits,
): Promise<UnpackedFile[]> {
  const opened = await openPromise(zip, { strictFileNames: true, autoClose: false }).catch((error: unknown) => {
    throw badZip(error);
  });
  try {
    const entries = await listEntries(opened, (await stat(zip)).size, limits);
    const budget: ByteBudget = { left: limits.maxBytes };
    const files: UnpackedFile[] = [];
    for (const [index, entry] of entries.entries()) {
      const path = join(folder, `${prefix}${index}`);
      files.push({
        name: entry.fileName,
        path,
        bytes: entry.uncompressedSize,
        error: await unpackEntry(opened, entry, path, budget, limits),
      });
    }
    return files;
  } finally {
    opened.close();
  }
}

async function listEntries(zip: ZipFile, packedBytes: number, limits: ZipLimits): Promise<Entry[]> {
  const wanted: Entry[] = [];
  let bytes = 0;
  if (zip.entryCount > limits.maxEntries * MAX_UNWANTED + SPARE_ENTRIES) throw tooManyFiles(limits);
  try {
    for await (const entry of zip.eachEntry()) {
      if (!isWanted(entry)) continue;
      if (entry.isEncrypted()) throw badZip(new Error(`"${entry.fileName}" is encrypted; make a zip without password`));
      bytes += entry.uncompressedSize;
      if (bytes > limits.maxBytes) throw tooLarge(limits);
      if (wanted.push(entry) > limits.maxEntries) throw tooManyFiles(limits);
    }
  } catch (error) {
    throw error instanceof AppError ? error : badZip(error);
  }
  if (wanted.length === 0) throw badZip(new Error('it holds no files'));
  if (bytes > RATIO_MATTERS_ABOVE && bytes > packedBytes * MAX_RATIO) throw tooLarge(limits);
  return wanted;
}

async function unpackEntry(zip: ZipFile, entry: Entry, path: string, budget: ByteBudget, limits: ZipLimits) {
  try {
    const limiter = new ByteLimiter(budget, () => tooLarge(limits));
    await pipeline(await zip.openReadStreamPromise(entry), limiter, createWriteStream(path));
    return undefined;
  } catch (error) {
    // The whole zip is over its limit, or the disk is at fault: one entry is not to blame.
    if (error instanceof AppError || errorFact(error, 'syscall')) throw error;
    return badZip(error);
  }
}

function badZip(cause: unknown): AppError {
  const reason = errorFact(cause, 'message') ?? String(cause);
  return new AppError('unprocessable', 'bad-zip', `The zip cannot be unpacked: ${reason}.`, { cause });
}

function tooLarge(limits: ZipLimits): AppError {
  return new AppError(
    'too-large',
    'zip-too-large',
    `The zip unpacks to more than the ${limits.maxBytes} bytes allowed, or shrinks what it holds more than pictures ever shrink. Send fewer pictures at once.`,
    { details: { maxBytes: limits.maxBytes } },
  );
}

function tooManyFiles(limits: ZipLimits): AppError {
  return new AppError(
    'too-large',
    'too-many-files',
    `The zip holds more than the ${limits.maxEntries} files allowed.`,
    {
      details: { maxFiles: limits.maxEntries },
    },
  );
}
