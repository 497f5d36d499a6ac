import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import { migrate } from './migrate.js';
import { PostgresConnections } from './postgres-connections.js';
import type { Explain } from './postgres-connections.js';
import { explainConnecting, explainOpening, explainQuery, isStarting } from './postgres-errors.js';
import type { Database, Schema } from './schema.js';

const CONNECTIONS = 10;
const CONNECT_MS = 5000;
/** How long a server that says it is starting is waited for. One that does not answer is not: Kadr says so and ends. */
const STARTING_MS = 60_000;
const ASK_AGAIN_MS = 250;
/** Types of whole numbers and sums that pg hands out as text, for fear of numbers above 2^53; ours are counts. */
const NUMBERS = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);

/**
 * Connects to PostgreSQL and brings its schema up to date. From then on a server that is away is waited for by whoever
 * asks: an error that says so is `away`, and the pool connects again by itself.
 * @throws AppError naming the server (never the password) and what to do when it cannot be used.
 */
export async function openPostgres(text: string): Promise<Database> {
  const url = new URL(text);
  const pool = new Pool({
    connectionString: text,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: { getTypeParser: parserOf },
  });
  // Explained once below, in words for whoever starts Kadr.
  const explain: Explain = { connecting: (error) => error, query: (error) => error };
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: new PostgresConnections(pool, explain) }) });
  try {
    await migrateOnceStarted(db);
  } catch (error) {
    await db.destroy();
    throw explainOpening(url, error);
  }
  explain.connecting = (error) => explainConnecting(url, error);
  explain.query = (error) => explainQuery(url, error);
  return db;
}

async function migrateOnceStarted(db: Database): Promise<void> {
  const end = performance.now() + STARTING_MS;
  for (;;) {
    try {
      return await migrate(db);
    } catch (error) {
      if (!isStarting(error) || performance.now() > end) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
}

function parserOf(...[oid, format]: Parameters<typeof types.getTypeParser>): (text: string) => unknown {
  return NUMBERS.has(oid) ? Number : types.getTypeParser(oid, format);
}
