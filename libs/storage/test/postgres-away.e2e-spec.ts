import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import { eventually } from '../../../test/support/kadr.js';
import { findPostgres, startPostgres } from '../../../test/support/postgres.js';
import type { TestPostgres } from '../../../test/support/postgres.js';
import { openPostgres } from '../src/database/open-postgres.js';
import type { Database } from '../src/database/schema.js';
import { JobsRepository } from '../src/jobs/jobs.repository.js';
import { newJob, result } from '../src/outcomes.fixtures.js';
import { OutcomesRepository } from '../src/outcomes/outcomes.repository.js';

jest.setTimeout(60_000);

const AWAY = { kind: 'away', code: 'database-unavailable', retryAfter: 5 };
const programs = findPostgres();

(programs ? describe : describe.skip)('PostgreSQL that goes away (skipped where it is not installed)', () => {
  let server: TestPostgres;
  let database: Database;
  let jobs: JobsRepository;
  let outcomes: OutcomesRepository;

  beforeAll(async () => {
    server = await startPostgres(programs!);
    database = await openPostgres(server.url.replace('kadr@', 'kadr:secret@'));
    jobs = new JobsRepository(database);
    outcomes = new OutcomesRepository(database);
  });
  afterAll(async () => {
    await database.destroy();
    await server.stop();
  });

  const back = (): Promise<unknown> =>
    eventually(
      () => jobs.queuedPictures().catch(() => undefined),
      (found) => found !== undefined,
    );

  it('is away, and works again with the same pool when it is back', async () => {
    const { id } = await jobs.insert(newJob(2));
    await server.kill();
    for (const query of [() => jobs.get(id), () => outcomes.record([result(`job:${id}`, 0)])]) {
      const refused = query();
      await expect(refused).rejects.toMatchObject(AWAY);
      await expect(refused).rejects.toMatchObject({
        // A backend that outlives the server for a moment may still say so on its connection.
        message: expect.stringMatching(
          /^PostgreSQL at 127\.0\.0\.1:\d+\/postgres is away \(.*(ECONN|unexpected postmaster exit)/,
        ),
      });
      await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('secret') });
    }
    await server.restart();
    await back();
    expect(await outcomes.record([result(`job:${id}`, 0)])).toMatchObject([{ isNew: true }]);
    expect(await jobs.get(id)).toMatchObject({ state: 'running' });
  });

  it('is away for those in the middle of a query or a transaction', async () => {
    const sleeping = sql`select pg_sleep(30)`.execute(database);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const between = database.transaction().execute(async (db) => {
      await sql`select 1`.execute(db);
      await gate;
      await sql`select 2`.execute(db);
    });
    const refused = Promise.all([
      expect(sleeping).rejects.toMatchObject(AWAY),
      expect(between).rejects.toMatchObject(AWAY),
    ]);
    await eventually(
      async () => (await sql`select 1 from pg_stat_activity where query like '%pg_sleep(30)'`.execute(database)).rows,
      ({ length }) => length > 0,
    );
    await server.restart();
    go();
    await refused;
    await back();
  });

  it('is away while it has no connection to give', async () => {
    const { rows } = await sql<{ max_connections: string }>`show max_connections`.execute(database);
    const others = await Promise.all(
      Array.from({ length: Math.ceil(Number(rows[0].max_connections) / 10) }, () => openPostgres(server.url)),
    );
    const asleep = others.flatMap((other) =>
      Array.from({ length: 10 }, () => sql`select pg_sleep(2)`.execute(other).catch((error: unknown) => error)),
    );
    const full = (await Promise.all(asleep)).filter((found) => found instanceof Error);
    expect(full.length).toBeGreaterThan(0);
    for (const error of full) expect(error).toMatchObject(AWAY);
    await Promise.all(others.map((other) => other.destroy()));
  });

  it('leaves an error of a query as it is', async () => {
    await expect(sql`select nonsense`.execute(database)).rejects.toMatchObject({ name: 'error', code: '42703' });
  });

  it('is waited for at the start while it says that it is starting', async () => {
    // A server that was killed recovers first, and takes a moment for it.
    await server.kill();
    const starting = server.restart();
    const opened = eventually(
      () => openPostgres(server.url).catch((error: Error) => error),
      (found) => !(found instanceof Error && found.message.includes('ECONNREFUSED')),
    );
    await starting;
    const found = await opened;
    expect(found).not.toBeInstanceOf(Error);
    await (found as Database).destroy();
  });
});
