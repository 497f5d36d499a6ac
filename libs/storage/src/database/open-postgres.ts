import { Kysely, PostgresDialect } from 'kysely';
import { DatabaseError, Pool, types } from 'pg';
import { AppError } from '@kadr/errors';
import { isOtherVersion, migrate } from './migrate.js';
import type { Database, Schema } from './schema.js';

const CONNECTIONS = 10;
const CONNECT_MS = 5000;
/** Types of whole numbers and sums that pg hands out as text, for fear of numbers above 2^53; ours are counts. */
const NUMBERS = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);

/**
 * Connects to PostgreSQL and brings its schema up to date.
 * @throws AppError naming the server (never the password) and what to do when it cannot be used.
 */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    types: { getTypeParser: parserOf },
  });
  // A connection that is lost while nobody uses it: the pool makes another when it is needed.
  pool.on('error', () => undefined);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db);
    return db;
  } catch (error) {
    await db.destroy();
    throw explainOpening(new URL(url), error);
  }
}

function parserOf(...[oid, format]: Parameters<typeof types.getTypeParser>): (text: string) => unknown {
  return NUMBERS.has(oid) ? Number : types.getTypeParser(oid, format);
}

function explainOpening({ host, pathname }: URL, error: unknown): AppError {
  const { message } = error as Error;
  const text = `PostgreSQL at ${host}${pathname} cannot be used (${message}): ${advice(error as Error)}`;
  return new AppError('unavailable', 'internal', text, { cause: error });
}

function advice(error: Error): string {
  if (isOtherVersion(error)) {
    return 'another version of Kadr wrote it. Start that version, or choose another database.';
  }
  if (!(error instanceof DatabaseError)) return 'check that it runs, and the host and port in DATABASE_URL.';
  if (error.code === '3D000') return 'make the database, or correct its name in DATABASE_URL.';
  if (error.code?.startsWith('28')) return 'check the user and password in DATABASE_URL.';
  return "check the user's rights and the server's log.";
}
