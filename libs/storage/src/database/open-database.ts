import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { Kysely } from 'kysely';
import { migrate } from './migrate.js';
import type { Database, Schema } from './schema.js';
import { KadrSqliteDialect } from './sqlite-dialect.js';
import { explainOpening, explainQuery } from './sqlite-errors.js';
import { SqliteStatements } from './sqlite-statements.js';

/** How long a query waits for another process's transaction. */
const BUSY_MS = 5000;

/**
 * Opens `kadr.db` in `dataDir`, makes it if need be, and brings its schema up to date.
 * @throws AppError naming the file and what to do when it is damaged, of a newer version or not writable.
 */
export async function openDatabase(dataDir: string): Promise<Database> {
  const file = join(dataDir, 'kadr.db');
  let sqlite: BetterSqlite3.Database | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    sqlite = new BetterSqlite3(file, { timeout: BUSY_MS });
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = NORMAL');
    // Explained once below, where the file is known.
    let explain = (error: unknown): unknown => error;
    const statements = new SqliteStatements(sqlite, (error) => explain(error));
    const db = new Kysely<Schema>({ dialect: new KadrSqliteDialect(statements) });
    await migrate(db);
    explain = explainQuery;
    return db;
  } catch (error) {
    sqlite?.close();
    throw explainOpening(file, error);
  }
}
