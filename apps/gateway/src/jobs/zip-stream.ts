import type { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import { ZipFile } from 'yazl';

/** A file of a zip. */
export interface ZipEntry {
  name: string;
  /** False for what is compressed already. */
  compress: boolean;
  open: () => Promise<Readable>;
}

/** A zip on its way out. Each file is opened when its turn comes, so one of thousands takes no more memory than one. */
export function zipStream(entries: readonly ZipEntry[]): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | undefined;
  zip.on('error', (error: Error) => output.destroy(error));
  // A client that leaves must not leave a file open.
  output.once('close', () => current?.destroy());
  for (const { name, compress, open } of entries) {
    const openNext = callbackify(async () => {
      current = await open();
      if (output.destroyed) current.destroy();
      return current;
    });
    zip.addReadStreamLazy(name, { compress }, openNext);
  }
  zip.end();
  return output;
}
