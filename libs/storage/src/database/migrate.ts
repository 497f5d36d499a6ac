import { Migrator } from 'kysely';
import type { Migration } from 'kysely';
import { deadLetters } from './dead-letters.migration.js';
import { ingestLease } from './ingest-lease.migration.js';
import { initial } from './initial.migration.js';
import type { Database } from './schema.js';

/** By name, in the order of their names. A list in code, so that a bundle holds them too. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-initial': initial,
  '0002-dead-letters': deadLetters,
  '0003-ingest-lease': ingestLease,
};

/** True for the error of {@link migrate} on a schema that another version of Kadr wrote. */
export function isOtherVersion({ message }: Error): boolean {
  return message.startsWith('corrupted migrations');
}

/** Brings `db` up to this Kadr's schema. Processes that start at once wait for each other. @throws what went wrong. */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
