import type { ExpressionBuilder } from 'kysely';
import type { Database, Schema } from '../database/schema.js';

/** A gateway that shares the database, and its sign of life. */
export interface SharingGateway {
  id: string;
  /** Raised by the gateway for as long as it lives. */
  beat: number;
}

/**
 * Which gateway publishes the pictures of which job, when several share a database. There is no time in it, for clocks
 * differ: a gateway raises its beat, and another that sees it stand still for long enough removes it. The jobs of a
 * gateway that is not there are free for all.
 */
export class LeasesRepository {
  constructor(private readonly db: Database) {}

  /** Raises the beat of `gateway`, which begins to be there if it was not. */
  async beat(gateway: string): Promise<void> {
    await this.db
      .insertInto('gateways')
      .values({ id: gateway, beat: 1 })
      .onConflict((conflict) => conflict.column('id').doUpdateSet((eb) => ({ beat: eb('gateways.beat', '+', 1) })))
      .execute();
  }

  /** Gateways but `gateway`. */
  async others(gateway: string): Promise<SharingGateway[]> {
    return this.db.selectFrom('gateways').selectAll().where('id', '!=', gateway).execute();
  }

  /** Removes a gateway unless it has given a sign of life since. */
  async removeDead({ id, beat }: SharingGateway): Promise<void> {
    await this.db.deleteFrom('gateways').where('id', '=', id).where('beat', '=', beat).execute();
  }

  /** Removes a gateway that leaves. */
  async leave(gateway: string): Promise<void> {
    await this.db.deleteFrom('gateways').where('id', '=', gateway).execute();
  }

  /** Removes every gateway: for one who knows that there can be no other. */
  async removeAll(): Promise<void> {
    await this.db.deleteFrom('gateways').execute();
  }

  /** Gives what is free to `gateway`, and tells all the jobs that it has then with pictures to publish. */
  async take(gateway: string): Promise<string[]> {
    await this.db.updateTable('ingest_leases').set({ owner: gateway }).where(isFree).execute();
    await this.db.deleteFrom('ingest_leases').where('owner', '=', gateway).where(isPublished).execute();
    const rows = await this.db
      .selectFrom('ingest_leases')
      .select('job_id')
      .where('owner', '=', gateway)
      .orderBy('job_id')
      .execute();
    return rows.map(({ job_id }) => job_id);
  }
}

type Leases = ExpressionBuilder<Schema, 'ingest_leases'>;

function isFree(eb: Leases) {
  const owners = eb.selectFrom('gateways').select('id').whereRef('gateways.id', '=', 'ingest_leases.owner');
  return eb.not(eb.exists(owners));
}

function isPublished(eb: Leases) {
  const left = eb.selectFrom('uploads').select('sequence').whereRef('uploads.job_id', '=', 'ingest_leases.job_id');
  return eb.not(eb.exists(left));
}
