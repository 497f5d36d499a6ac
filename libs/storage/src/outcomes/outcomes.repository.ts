import type { LiveResult, Outcome, ResultV1 } from '@kadr/contracts';
import { chunks } from '../database/chunks.js';
import type { Database } from '../database/schema.js';
import { locksRows, transact } from '../database/transact.js';
import type { RecordedOutcome } from './recorded-outcome.js';
import { writeOutcomes } from './write-outcomes.js';

/** Outcomes of one transaction: bounds how long others wait for it. */
const BATCH = 200;
/** Outcomes of one source forgotten at once. */
const PURGED = 5000;

/** Outcomes of frames and the results of jobs. Written by the viewer. */
export class OutcomesRepository {
  constructor(private readonly db: Database) {}

  /**
   * Records outcomes, each frame's first one only, unless that is a failure, whose place a later result takes: counts it
   * in the ledger and, if its source is a job, advances the job and keeps the result. Answers in the order given. One
   * transaction for up to {@link BATCH} outcomes.
   */
  async record(outcomes: Outcome[]): Promise<RecordedOutcome[]> {
    const recorded: RecordedOutcome[] = [];
    for await (const batch of chunks(outcomes, BATCH)) {
      recorded.push(...(await transact(this.db, (db) => writeOutcomes(db, batch))));
    }
    return recorded;
  }

  /** Results in frame order, those after the sequence `after`. */
  async page(
    jobId: string,
    { after = -1, limit }: { after?: number; limit: number },
  ): Promise<{ results: ResultV1[]; next: string | null }> {
    const rows = await this.db
      .selectFrom('results')
      .select(['sequence', 'result'])
      .where('job_id', '=', jobId)
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(limit + 1)
      .execute();
    const page = rows.slice(0, limit);
    const results = page.map(({ result }) => JSON.parse(result) as ResultV1);
    return { results, next: rows.length > limit ? String(page[limit - 1].sequence) : null };
  }

  /** Results in order of arrival, those after `cursor`. */
  async since(jobId: string, { cursor = '0', limit }: { cursor?: string; limit: number }): Promise<LiveResult[]> {
    const rows = await this.db
      .selectFrom('results')
      .select(['arrival', 'result'])
      .where('job_id', '=', jobId)
      .where('arrival', '>', Number(cursor))
      .orderBy('arrival')
      .limit(limit)
      .execute();
    return rows.map(({ arrival, result }) =>
      Object.assign(JSON.parse(result) as ResultV1, { cursor: String(arrival) }),
    );
  }

  /**
   * Forgets outcomes of requests recorded before `time`; how many. The ledger remembers up to where each source has had
   * all its outcomes, so a late duplicate is still known as one; what follows a frame without outcome is kept.
   */
  async purgeRequests(time: string): Promise<number> {
    const sources = await this.db
      .selectFrom('outcomes')
      .select('source')
      .distinct()
      .where('recorded_at', '<', time)
      .execute();
    let purged = 0;
    for (const { source } of sources) {
      purged += await transact(this.db, (db) => purgeSource(db, source, time));
    }
    return purged;
  }
}

/** The lock on the source's row makes others wait who purge it too, and who record outcomes of it. */
async function purgeSource(db: Database, source: string, time: string): Promise<number> {
  const { settled_below: floor } = await db
    .selectFrom('ledger')
    .select('settled_below')
    .where('source', '=', source)
    .$if(locksRows(db), (query) => query.forUpdate())
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('outcomes')
    .select(['sequence', 'recorded_at'])
    .where('source', '=', source)
    .where('sequence', '>=', floor)
    .orderBy('sequence')
    .limit(PURGED)
    .execute();
  const kept = rows.findIndex((row, index) => row.sequence !== floor + index || row.recorded_at! >= time);
  const settled = kept === -1 ? rows.length : kept;
  if (settled === 0) return 0;
  const below = floor + settled;
  await db.updateTable('ledger').set({ settled_below: below }).where('source', '=', source).execute();
  await db.deleteFrom('outcomes').where('source', '=', source).where('sequence', '<', below).execute();
  return settled;
}
