import { join } from 'node:path';

/** The project's folder, seen from here and from the bench's bundle alike. */
export const ROOT = join(import.meta.dirname, '../..');
