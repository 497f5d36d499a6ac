import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobState, Outcome } from '@kadr/contracts';
import type { Database, JobsTable } from '../database/schema.js';

/** A job after some of its outcomes, and the cursors of the results among them. */
export interface AdvancedJob {
  job: JobsTable;
  cursors: Map<Outcome, string>;
}

/**
 * Counts new outcomes of a job and stores its results. The first outcome makes it `running`, the last one `completed`,
 * or `failed` when there is no result and some failure. A frame dropped because its job was cancelled tells so of the job,
 * as it may arrive before the word of it does; a cancelled job is only counted. The results among `replacing` take the
 * place of a failure, and then a `failed` job is `completed` after all; when it ended stays.
 */
export async function advanceJob(
  db: Database,
  id: string,
  outcomes: readonly Outcome[],
  replacing: ReadonlySet<Outcome>,
): Promise<AdvancedJob> {
  const results = outcomes.filter((outcome) => outcome.type === 'kadr.result.v1');
  const failures = outcomes.filter(({ type }) => type === 'kadr.failure.v1').length;
  const failed = failures - results.filter((outcome) => replacing.has(outcome)).length;
  const dropped = outcomes.length - results.length - failures;
  const cancelled = outcomes.some((outcome) => outcome.type === 'kadr.drop.v1' && outcome.drop.reason === 'cancelled');
  const job = await count(db, id, { done: results.length, failed, dropped, cancelled });
  const first = job.done - results.length + 1;
  const cursors = new Map<Outcome, string>(results.map((outcome, index) => [outcome, String(first + index)]));
  if (results.length > 0) {
    const rows = results.map(({ sequence, result }, index) => ({
      job_id: id,
      sequence,
      arrival: first + index,
      result: JSON.stringify(result),
    }));
    await db.insertInto('results').values(rows).execute();
  }
  return { job, cursors };
}

interface Counts {
  done: number;
  failed: number;
  dropped: number;
  cancelled: boolean;
}

async function count(db: Database, id: string, { done, failed, dropped, cancelled }: Counts): Promise<JobsTable> {
  const now = new Date().toISOString();
  const active = sql<boolean>`state in ('queued', 'running')`;
  const last = cancelled
    ? sql<boolean>`1 = 1`
    : sql<boolean>`done + failed + dropped + ${done + failed + dropped} >= total`;
  const end: RawBuilder<JobState> = cancelled
    ? sql`'cancelled'`
    : sql`case when done + ${done} = 0 and failed + ${failed} > 0 then 'failed' else 'completed' end`;
  const state: RawBuilder<JobState> = sql`case when state = 'failed' and done + ${done} > 0 then 'completed' when not (${active}) then state when not (${last}) then 'running' else ${end} end`;
  const ended: RawBuilder<string | null> = sql`case when (${active}) and ${last} then ${now} else finished_at end`;
  return db
    .updateTable('jobs')
    .set({
      done: sql<number>`done + ${done}`,
      failed: sql<number>`failed + ${failed}`,
      dropped: sql<number>`dropped + ${dropped}`,
      state,
      started_at: sql<string>`coalesce(started_at, ${now})`,
      finished_at: ended,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
