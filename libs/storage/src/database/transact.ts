import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresAdapter } from 'kysely';
import { isConflict } from './postgres-errors.js';
import type { Database } from './schema.js';

const ATTEMPTS = 5;
const LONGEST_PAUSE_MS = 50;

/** A transaction. One that PostgreSQL ends because it and another were in each other's way is run again. */
export async function transact<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isConflict(error)) throw error;
      // Different pauses, so that those two do not meet again.
      await sleep(Math.random() * LONGEST_PAUSE_MS);
    }
  }
}

/** True when transactions run side by side, so that rows must be locked. SQLite has one writer at a time. */
export function locksRows(db: Database): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
