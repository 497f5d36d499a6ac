import { sql } from 'kysely';
import type { DropReason } from '@kadr/contracts';
import type { Database, LedgerTable } from '../database/schema.js';

/** Columns of the ledger that count outcomes. */
export type OutcomeColumn = 'results' | 'expired' | 'superseded' | 'queue_full' | 'cancelled' | 'failures';
export const OUTCOME_COLUMNS: readonly OutcomeColumn[] = [
  'results',
  'expired',
  'superseded',
  'queue_full',
  'cancelled',
  'failures',
];

/** The column that counts drops of a reason. */
export const DROP_COLUMN: Record<DropReason, OutcomeColumn> = {
  expired: 'expired',
  superseded: 'superseded',
  'queue-full': 'queue_full',
  cancelled: 'cancelled',
};

/** Outcomes of a source, for queries. */
export const outcomesOf = sql<number>`(ledger.results + ledger.expired + ledger.superseded + ledger.queue_full + ledger.cancelled + ledger.failures)`;

/** Counts of one source's outcomes; below 0 where outcomes were replaced. */
export type Tally = { source: string } & Record<OutcomeColumn, number>;

/** A source's counts before its first outcome. */
export function emptyTally(source: string): Tally {
  return { source, results: 0, expired: 0, superseded: 0, queue_full: 0, cancelled: 0, failures: 0 };
}

/** Adds `frames` to what a source has published. */
export async function countPublished(db: Database, source: string, frames: number): Promise<void> {
  await add(db, source, { published: frames });
}

/** Adds outcomes to their sources. What is taken away was counted before, so its source has an entry. */
export async function countOutcomes(db: Database, tallies: readonly Tally[]): Promise<void> {
  for (const { source, ...counts } of tallies) await add(db, source, counts);
}

/** Updates first: that costs a third of an upsert, and only a source's first count finds nothing to update. */
async function add(
  db: Database,
  source: string,
  counts: Partial<Record<OutcomeColumn | 'published', number>>,
): Promise<void> {
  const changes = Object.entries(counts).filter(([, count]) => count !== 0);
  if (changes.length === 0) return;
  const sums = changes.map(([column, count]) => [column, sql<number>`${sql.ref(`ledger.${column}`)} + ${count}`]);
  const { numUpdatedRows } = await db
    .updateTable('ledger')
    .set(Object.fromEntries(sums))
    .where('source', '=', source)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return;
  await db
    .insertInto('ledger')
    .values({ ...newEntry(source), ...Object.fromEntries(changes) })
    // Another process may have been first meanwhile.
    .onConflict((conflict) => conflict.column('source').doUpdateSet(Object.fromEntries(sums)))
    .execute();
}

function newEntry(source: string): LedgerTable {
  return { ...emptyTally(source), opened_at: new Date().toISOString(), published: 0, settled_below: 0 };
}
