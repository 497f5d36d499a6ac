import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SHA-256 over what makes two requests the same: their options and their files' bytes, names aside. */
export async function fingerprint(asked: object, paths: readonly string[]): Promise<string> {
  const digests: string[] = [];
  for (const path of paths) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    digests.push(hash.digest('hex'));
  }
  return createHash('sha256')
    .update(JSON.stringify([asked, digests]))
    .digest('hex');
}
