import { formatSource } from '@kadr/contracts';
import type { JobOptionsV1 } from '@kadr/contracts';
import type { Database } from '../database/schema.js';
import { transact } from '../database/transact.js';
import { countPublished } from '../ledger/counts.js';
import type { NewJobItem } from './new-job.js';

/** A picture that is to be published. */
export interface PendingUpload extends NewJobItem {
  jobId: string;
  model: string;
  options: JobOptionsV1;
}

/** Which pictures of jobs are still to be published. The gateway's. */
export class UploadsRepository {
  constructor(private readonly db: Database) {}

  /** Pictures of jobs that are not marked as published, those of cancelled jobs too, for each needs an outcome, by job and sequence; those after `after`. */
  async pending(
    jobIds: readonly string[],
    limit: number,
    after?: { jobId: string; sequence: number },
  ): Promise<PendingUpload[]> {
    if (jobIds.length === 0) return [];
    const rows = await this.db
      .selectFrom('uploads')
      .innerJoin('jobs', 'jobs.id', 'uploads.job_id')
      .innerJoin('items', (join) =>
        join.onRef('items.job_id', '=', 'uploads.job_id').onRef('items.sequence', '=', 'uploads.sequence'),
      )
      .where('uploads.job_id', 'in', jobIds)
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb.or([
            eb('uploads.job_id', '>', after!.jobId),
            eb.and([eb('uploads.job_id', '=', after!.jobId), eb('uploads.sequence', '>', after!.sequence)]),
          ]),
        ),
      )
      .select(['uploads.job_id', 'uploads.sequence', 'items.name', 'uploads.blob', 'uploads.url'])
      .select(['jobs.model', 'jobs.options', 'uploads.error_code', 'uploads.error_detail'])
      .orderBy('uploads.job_id')
      .orderBy('uploads.sequence')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      jobId: row.job_id,
      sequence: row.sequence,
      name: row.name,
      blob: row.blob ?? undefined,
      url: row.url ?? undefined,
      model: row.model,
      options: JSON.parse(row.options) as JobOptionsV1,
      error: row.error_code === null ? undefined : { code: row.error_code, detail: row.error_detail ?? '' },
    }));
  }

  /** Marks a picture as published and counts it in the ledger; a second time does nothing. */
  async markPublished(jobId: string, sequence: number): Promise<void> {
    await transact(this.db, async (db) => {
      const { numDeletedRows } = await db
        .deleteFrom('uploads')
        .where('job_id', '=', jobId)
        .where('sequence', '=', sequence)
        .executeTakeFirstOrThrow();
      if (numDeletedRows === 1n) await countPublished(db, formatSource({ kind: 'job', id: jobId }), 1);
    });
  }
}
