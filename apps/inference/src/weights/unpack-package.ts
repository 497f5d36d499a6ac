import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Parser } from 'tar';
import type { ReadEntry } from 'tar';

/** One file wanted of a package: its path inside and where to write it. */
export interface PackedFile {
  path: string;
  part: string;
  /** Told each time, with what is written and the size of the file. */
  onProgress: (received: number, total: number) => void;
}

/**
 * Writes the wanted files of a package as it streams by; nothing else touches the disk.
 * @returns the files that the package does not have
 */
export async function unpackFiles(tarball: AsyncIterable<Uint8Array>, files: PackedFile[]): Promise<PackedFile[]> {
  const missing = new Set(files);
  const writes: Promise<void>[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      // Everything in a package lies in one folder, usually "package".
      const file = files.find(({ path }) => path === entry.path.replace(/^[^/]*\//, ''));
      if (!file) {
        entry.resume();
        return;
      }
      missing.delete(file);
      const written = save(entry, file);
      // Looked at when the package has ended; until then a failure must not count as unhandled.
      written.catch(() => undefined);
      writes.push(written);
    },
  });
  await feed(parser, tarball);
  await Promise.all(writes);
  return [...missing];
}

async function feed(parser: Parser, tarball: AsyncIterable<Uint8Array>): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    parser.once('end', resolve);
    parser.once('error', reject);
  });
  ended.catch(() => undefined);
  for await (const chunk of tarball) {
    if (!parser.write(Buffer.from(chunk))) await Promise.race([once(parser, 'drain'), ended]);
  }
  parser.end();
  await ended;
}

async function save(entry: ReadEntry, { part, onProgress }: PackedFile): Promise<void> {
  const counted = async function* (): AsyncGenerator<Buffer> {
    let received = 0;
    for await (const chunk of entry) {
      received += chunk.length;
      onProgress(received, entry.size);
      yield chunk;
    }
  };
  try {
    await pipeline(counted, createWriteStream(part));
  } catch (error) {
    // What is left of the entry must flow, or the package would never end.
    entry.resume();
    throw error;
  }
}
