import { sql } from 'kysely';
import type { LedgerCountsDto, LedgerDto, LedgerEntryDto } from '@kadr/contracts';
import { refuseCursor } from '../database/refuse-cursor.js';
import type { Database, LedgerTable } from '../database/schema.js';
import { OUTCOME_COLUMNS, countPublished, outcomesOf } from './counts.js';

/**
 * Frames in: those published. An outcome may be recorded a moment before its frame is marked as published; that the
 * frame came in is then known by its outcome.
 */
const framesIn = sql<number>`(case when ledger.published > ${outcomesOf} then ledger.published else ${outcomesOf} end)`;

type Counts = Omit<LedgerTable, 'source' | 'opened_at' | 'published' | 'settled_below'> & { frames: number };

/** The account of every source: distinct frames in, and what became of them. */
export class LedgerRepository {
  constructor(private readonly db: Database) {}

  /** Counts `frames` more as published by `source`. */
  async addPublished(source: string, frames: number): Promise<void> {
    await countPublished(this.db, source, frames);
  }

  async entry(source: string): Promise<LedgerEntryDto | undefined> {
    const row = await this.entries().where('source', '=', source).executeTakeFirst();
    return row && entryOf(row);
  }

  /** The newest sources first, and the sum over all. @throws AppError `invalid-request` when the cursor is none. */
  async page({ cursor, limit }: { cursor?: string; limit: number }): Promise<LedgerDto> {
    const after = cursor === undefined ? undefined : await this.position(cursor);
    const rows = await this.entries()
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb.or([
            eb('opened_at', '<', after!.opened_at),
            eb.and([eb('opened_at', '=', after!.opened_at), eb('source', '<', cursor!)]),
          ]),
        ),
      )
      .orderBy('opened_at', 'desc')
      .orderBy('source', 'desc')
      .limit(limit + 1)
      .execute();
    const sources = rows.slice(0, limit).map(entryOf);
    return { sources, total: await this.total(), next: rows.length > limit ? sources[limit - 1].source : null };
  }

  /** Sources of kind `request` with frames in flight, and how many they have published. */
  async openRequests(): Promise<{ source: string; published: number }[]> {
    return this.db
      .selectFrom('ledger')
      .select(['source', 'published'])
      .where('source', 'like', 'request:%')
      .where('published', '>', outcomesOf)
      .execute();
  }

  /** Sequences that `source` has published and that have no outcome, lowest first. */
  async missing(source: string): Promise<number[]> {
    const entry = await this.db
      .selectFrom('ledger')
      .select(['published', 'settled_below'])
      .where('source', '=', source)
      .executeTakeFirst();
    if (!entry) return [];
    const rows = await this.db
      .selectFrom('outcomes')
      .select('sequence')
      .where('source', '=', source)
      .where('sequence', '>=', entry.settled_below)
      .execute();
    const known = new Set(rows.map(({ sequence }) => sequence));
    const missing: number[] = [];
    for (let sequence = entry.settled_below; sequence < entry.published; sequence++) {
      if (!known.has(sequence)) missing.push(sequence);
    }
    return missing;
  }

  private entries() {
    return this.db
      .selectFrom('ledger')
      .select(['source', ...OUTCOME_COLUMNS])
      .select(framesIn.as('frames'));
  }

  private async position(source: string): Promise<{ opened_at: string }> {
    const row = await this.db.selectFrom('ledger').select('opened_at').where('source', '=', source).executeTakeFirst();
    if (row) return row;
    throw refuseCursor(source);
  }

  private async total(): Promise<LedgerCountsDto> {
    const sums = await this.db
      .selectFrom('ledger')
      .select((eb) => OUTCOME_COLUMNS.map((column) => eb.fn.sum<number | null>(column).as(column)))
      .select((eb) => eb.fn.sum<number | null>(framesIn).as('frames'))
      .executeTakeFirstOrThrow();
    return countsOf(Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, Number(sum)])) as Counts);
  }
}

function entryOf(row: Counts & { source: string }): LedgerEntryDto {
  return Object.assign(countsOf(row), { source: row.source });
}

function countsOf(row: Counts): LedgerCountsDto {
  const { frames, results, expired, superseded, queue_full, cancelled, failures } = row;
  return {
    framesIn: frames,
    results,
    drops: { expired, superseded, 'queue-full': queue_full, cancelled },
    failures,
    inFlight: frames - results - expired - superseded - queue_full - cancelled - failures,
  };
}
