import { sql } from 'kysely';
import type { Kysely, Migration } from 'kysely';

/** The tables of leases; the jobs whose pictures wait already are nobody's. */
export const ingestLease: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('gateways')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('beat', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('ingest_leases')
      .addColumn('job_id', 'text', (column) => column.primaryKey())
      .addColumn('owner', 'text')
      .execute();
    await db.schema.createIndex('ingest_leases_owner').on('ingest_leases').column('owner').execute();
    await sql`insert into ingest_leases (job_id, owner) select distinct job_id, null from uploads`.execute(db);
  },
};
