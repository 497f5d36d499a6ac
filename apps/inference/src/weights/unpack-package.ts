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
      writes.push(save(entry, file).catch((error: unknown) => void parser.emit('error', error)));
    },
  });
  await feed(parser, tarball);
  await Promise.all(writes);
  return [...missing];
}

/** Puts the package through the parser. An error of the parser ends it at once: nobody would take what follows. */
async function feed(parser: Parser, tarball: AsyncIterable<Uint8Array>): Promise<void> {
  const failed = new Promise<never>((_, reject) => void parser.on('error', reject));
  const ended = once(parser, 'end');
  for (const outcome of [failed, ended]) outcome.catch(() => undefined);
  for await (const chunk of tarball) {
    if (!parser.write(Buffer.from(chunk))) await Promise.race([once(parser, 'drain'), failed]);
  }
  parser.end();
  await Promise.race([ended, failed]);
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
  await pipeline(counted, createWriteStream(part));
}
