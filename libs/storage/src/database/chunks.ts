import { setImmediate } from 'node:timers/promises';

/** Rows of one statement: few enough for every database's bound of parameters, and for the event loop. */
const ROWS = 500;

/** Runs of at most `size` of `rows`, with a turn of the event loop between them. */
export async function* chunks<T>(rows: readonly T[], size = ROWS): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < rows.length; start += size) {
    if (start > 0) await setImmediate();
    yield rows.slice(start, start + size);
  }
}
