import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool, PoolClient } from 'pg';

/** How errors of PostgreSQL are put into Kadr's words. */
export interface Explain {
  connecting(error: unknown): unknown;
  query(error: unknown): unknown;
}

/** A pool as Kysely uses it, whose errors go through `explain`. A connection that broke is not handed out again. */
export class PostgresConnections implements PostgresPool {
  constructor(
    private readonly pool: Pool,
    private readonly explain: Explain,
  ) {
    // A connection that is lost while nobody uses it: the pool makes another when it is needed.
    pool.on('error', () => undefined);
    // One that is lost between two queries of a transaction: the next query says so.
    pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      return this.explained(await this.pool.connect());
    } catch (error) {
      throw this.explain.connecting(error);
    }
  }

  end(): Promise<void> {
    return this.pool.end();
  }

  private explained(client: PoolClient): PostgresPoolClient {
    const query = async (sql: string, parameters: unknown[]): Promise<unknown> => {
      try {
        return await client.query(sql, parameters);
      } catch (error) {
        throw this.explain.query(error);
      }
    };
    // The other form of a query is for cursors, which no dialect of ours asks for.
    return { query: query as PostgresPoolClient['query'], release: () => client.release() };
  }
}
