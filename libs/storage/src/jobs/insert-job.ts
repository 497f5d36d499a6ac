import { AppError } from '@kadr/errors';
import type { Database } from '../database/schema.js';
import { chunks } from '../database/chunks.js';
import type { NewJob } from './new-job.js';

/** Inserts a job, its items and uploads, and its key; part of a transaction. */
export async function insertJob(db: Database, job: NewJob): Promise<{ id: string; created: boolean }> {
  const known = await claimKey(db, job);
  if (known !== undefined) return { id: known, created: false };
  const { id, kind, model, options, createdAt, items, owner = null } = job;
  await db
    .insertInto('jobs')
    .values({
      id,
      kind,
      state: 'queued',
      model,
      options: JSON.stringify(options),
      total: items.length,
      done: 0,
      failed: 0,
      dropped: 0,
      created_at: createdAt,
    })
    .execute();
  if (items.length > 0) await db.insertInto('ingest_leases').values({ job_id: id, owner }).execute();
  for await (const chunk of chunks(items)) {
    const rows = chunk.map(({ sequence, name }) => ({ job_id: id, sequence, name }));
    await db.insertInto('items').values(rows).execute();
    const uploads = chunk.map(({ sequence, blob, url, error }) => ({
      job_id: id,
      sequence,
      blob: blob ?? null,
      url: url ?? null,
      error_code: error?.code ?? null,
      error_detail: error?.detail ?? null,
    }));
    await db.insertInto('uploads').values(uploads).execute();
  }
  return { id, created: true };
}

/** Takes the job's key, or tells which job has it. */
async function claimKey(db: Database, { id, idempotency }: NewJob): Promise<string | undefined> {
  if (!idempotency) return undefined;
  const { key, fingerprint } = idempotency;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('idempotency_keys')
    .values({ key, fingerprint, job_id: id })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 1n) return undefined;
  const known = await db
    .selectFrom('idempotency_keys')
    .select(['job_id', 'fingerprint'])
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (known.fingerprint === fingerprint) return known.job_id;
  const message = `The Idempotency-Key "${key.slice(0, 100)}" was used for another request. Take a new one.`;
  throw new AppError('unprocessable', 'idempotency-key-reused', message);
}
