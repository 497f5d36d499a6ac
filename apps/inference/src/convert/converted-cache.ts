import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const DIGESTS = 'digests.json';
const digests = z.record(z.string(), z.string());

/**
 * The files of a folder by name, made when the folder is not there or its files are not as they were made. A folder
 * appears whole or not at all, so processes that share it need no lock.
 * @param onRepair told of a file that was altered or cut short
 * @returns the folder
 */
export async function madeOnce(
  folder: string,
  make: () => Promise<Record<string, Uint8Array>>,
  onRepair?: (message: string) => void,
): Promise<string> {
  const state = await check(folder);
  if (state === 'good') return folder;
  if (state !== 'missing') {
    onRepair?.(`${state} was altered or cut short. It is made again.`);
    await rm(folder, { recursive: true, force: true });
  }
  const draft = `${folder}.${randomUUID()}`;
  try {
    await write(draft, await make());
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was faster, and made the same.
    if ((await check(folder)) !== 'good') throw error;
  }
  return folder;
}

/** `good`, `missing`, or the path of a file that is not as it was made. */
async function check(folder: string): Promise<string> {
  const list = await readFile(join(folder, DIGESTS), 'utf8').catch(() => undefined);
  if (list === undefined) return 'missing';
  const known = parse(list);
  if (!known) return join(folder, DIGESTS);
  for (const [name, expected] of Object.entries(known)) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (!bytes || sha256(bytes) !== expected) return join(folder, name);
  }
  return 'good';
}

function parse(text: string): Record<string, string> | undefined {
  try {
    return digests.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: as bad as the wrong JSON.
    return undefined;
  }
}

async function write(folder: string, files: Record<string, Uint8Array>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const list = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
  for (const [name, bytes] of Object.entries({ ...files, [DIGESTS]: Buffer.from(JSON.stringify(list)) })) {
    const file = await open(join(folder, name), 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
