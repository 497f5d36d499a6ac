import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the test pictures and the reference vectors. */
export const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/** A JSON file of reference vectors, by its path within `fixtures/parity`. */
export function parity<T>(path: string): T {
  return JSON.parse(readFileSync(join(FIXTURES, 'parity', path), 'utf8')) as T;
}
