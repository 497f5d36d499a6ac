import type { Kysely, Migration } from 'kysely';

/** The tables of {@link Schema}. A migration never changes once released, so it names columns itself. */
export const initial: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createJobs(db);
    await createItems(db);
    await createOutcomes(db);
  },
};

async function createJobs({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('jobs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('done', 'integer', (column) => column.notNull())
    .addColumn('failed', 'integer', (column) => column.notNull())
    .addColumn('dropped', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text')
    .addColumn('finished_at', 'text')
    .execute();
  await schema.createIndex('jobs_state').on('jobs').columns(['state', 'id']).execute();
  await schema.createIndex('jobs_finished_at').on('jobs').column('finished_at').execute();
  await schema
    .createTable('idempotency_keys')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('job_id', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('idempotency_keys_job').on('idempotency_keys').column('job_id').execute();
}

async function createItems({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('items')
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('items_key', ['job_id', 'sequence'])
    .execute();
  await schema
    .createTable('uploads')
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('blob', 'text')
    .addColumn('url', 'text')
    .addColumn('error_code', 'text')
    .addColumn('error_detail', 'text')
    .addPrimaryKeyConstraint('uploads_key', ['job_id', 'sequence'])
    .execute();
}

async function createOutcomes({ schema }: Kysely<unknown>): Promise<void> {
  let ledger = schema
    .createTable('ledger')
    .addColumn('source', 'text', (column) => column.primaryKey())
    .addColumn('opened_at', 'text', (column) => column.notNull());
  for (const count of ['published', 'results', 'expired', 'superseded', 'queue_full', 'cancelled', 'failures']) {
    ledger = ledger.addColumn(count, 'bigint', (column) => column.notNull().defaultTo(0));
  }
  await ledger.addColumn('settled_below', 'bigint', (column) => column.notNull().defaultTo(0)).execute();
  await schema.createIndex('ledger_opened_at').on('ledger').columns(['opened_at', 'source']).execute();
  await schema
    .createTable('outcomes')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('detail', 'text')
    .addColumn('recorded_at', 'text')
    .addPrimaryKeyConstraint('outcomes_key', ['source', 'sequence'])
    .execute();
  await schema
    .createIndex('outcomes_recorded_at')
    .on('outcomes')
    .column('recorded_at')
    .where('recorded_at', 'is not', null)
    .execute();
  await schema
    .createTable('results')
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('arrival', 'integer', (column) => column.notNull())
    .addColumn('result', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('results_key', ['job_id', 'sequence'])
    .addUniqueConstraint('results_arrival', ['job_id', 'arrival'])
    .execute();
}
