import { setImmediate } from 'node:timers/promises';
import { formatSource } from '@kadr/contracts';
import type { JobState, JobV1 } from '@kadr/contracts';
import { sql } from 'kysely';
import { refuseCursor } from '../database/refuse-cursor.js';
import type { Database } from '../database/schema.js';
import { transact } from '../database/transact.js';
import { insertJob } from './insert-job.js';
import { itemOfRow, jobOfRow } from './job-row.js';
import type { NewJob } from './new-job.js';

/** Which jobs to list. */
export interface JobsQuery {
  status?: JobState;
  model?: string;
  /** `next` of the page before. */
  cursor?: string;
  limit: number;
}

/** Results of one statement when a job is removed; they are the largest rows. */
const REMOVED_AT_ONCE = 200;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ACTIVE: readonly JobState[] = ['queued', 'running'];

/** Jobs. The gateway inserts them; cancelling and removing are the viewer's. */
export class JobsRepository {
  constructor(private readonly db: Database) {}

  /**
   * Inserts a job with its pictures. A key that made a job before gives that job, and `created` is false.
   * @throws AppError `idempotency-key-reused` (unprocessable) when the key came with another fingerprint.
   */
  insert(job: NewJob): Promise<{ id: string; created: boolean }> {
    return transact(this.db, (db) => insertJob(db, job));
  }

  async findByIdempotencyKey(key: string): Promise<{ jobId: string; fingerprint: string } | undefined> {
    return this.db
      .selectFrom('idempotency_keys')
      .select(['job_id as jobId', 'fingerprint'])
      .where('key', '=', key)
      .executeTakeFirst();
  }

  /** The job with its items. */
  async get(id: string): Promise<JobV1 | undefined> {
    const job = await this.summary(id);
    if (job?.kind !== 'pictures') return job;
    const source = formatSource({ kind: 'job', id });
    const items = await this.db
      .selectFrom('items')
      .leftJoin('outcomes', (join) =>
        join.on('outcomes.source', '=', source).onRef('outcomes.sequence', '=', 'items.sequence'),
      )
      .where('items.job_id', '=', id)
      .select(['items.sequence', 'items.name', 'outcomes.type', 'outcomes.code', 'outcomes.detail'])
      .orderBy('items.sequence')
      .execute();
    return Object.assign(job, { items: items.map(itemOfRow) });
  }

  /** The job without its items. */
  async summary(id: string): Promise<JobV1 | undefined> {
    const row = await this.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
    return row && jobOfRow(row);
  }

  /** Newest first, without items. @throws AppError `invalid-request` when the cursor is none. */
  async list({ status, model, cursor, limit }: JobsQuery): Promise<{ jobs: JobV1[]; next: string | null }> {
    if (cursor !== undefined && !UUID.test(cursor)) throw refuseCursor(cursor);
    const rows = await this.db
      .selectFrom('jobs')
      .selectAll()
      .$if(status !== undefined, (query) => query.where('state', '=', status!))
      .$if(model !== undefined, (query) => query.where('model', '=', model!))
      .$if(cursor !== undefined, (query) => query.where('id', '<', cursor!))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const jobs = rows.slice(0, limit).map(jobOfRow);
    return { jobs, next: rows.length > limit ? jobs[limit - 1].id : null };
  }

  /** Cancels a job unless it has ended; the job as it is then. */
  async markCancelled(id: string, at: string): Promise<JobV1 | undefined> {
    await this.db
      .updateTable('jobs')
      .set({ state: 'cancelled', finished_at: at })
      .where('id', '=', id)
      .where('state', 'in', ACTIVE)
      .execute();
    return this.summary(id);
  }

  /**
   * Removes all rows of a job but its counts in the ledger. The job itself goes last, so a removal that was cut short
   * is begun again by whoever asked for it.
   */
  async remove(id: string): Promise<void> {
    const job = await this.summary(id);
    if (!job) return;
    const source = formatSource({ kind: 'job', id });
    for (let from = 0; from < job.progress.total; from += REMOVED_AT_ONCE) {
      await this.removeRange(id, source, from, from + REMOVED_AT_ONCE);
      await setImmediate();
    }
    await transact(this.db, async (db) => {
      await db.deleteFrom('idempotency_keys').where('job_id', '=', id).execute();
      await db.deleteFrom('ingest_leases').where('job_id', '=', id).execute();
      await db.deleteFrom('jobs').where('id', '=', id).execute();
    });
  }

  /** Cancelled jobs whose pictures all have their outcome: nothing of them is under way any more. */
  async removable(): Promise<string[]> {
    const rows = await this.db
      .selectFrom('jobs')
      .select('id')
      .where('state', '=', 'cancelled')
      .where(sql<boolean>`done + failed + dropped >= total`)
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Jobs that ended before `time`. */
  async finishedBefore(time: string): Promise<string[]> {
    const rows = await this.db.selectFrom('jobs').select('id').where('finished_at', '<', time).execute();
    return rows.map(({ id }) => id);
  }

  /** Pictures of active jobs that have no outcome yet. */
  async queuedPictures(): Promise<number> {
    const { queued } = await this.db
      .selectFrom('jobs')
      .where('state', 'in', ACTIVE)
      .select(sql<number | null>`sum(total - done - failed - dropped)`.as('queued'))
      .executeTakeFirstOrThrow();
    return Number(queued);
  }

  private async removeRange(id: string, source: string, from: number, to: number): Promise<void> {
    await transact(this.db, async (db) => {
      for (const table of ['results', 'uploads', 'items'] as const) {
        await db
          .deleteFrom(table)
          .where('job_id', '=', id)
          .where('sequence', '>=', from)
          .where('sequence', '<', to)
          .execute();
      }
      await db
        .deleteFrom('outcomes')
        .where('source', '=', source)
        .where('sequence', '>=', from)
        .where('sequence', '<', to)
        .execute();
    });
  }
}
