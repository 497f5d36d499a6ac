import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { findPostgres, startPostgres } from '../../../test/support/postgres.js';
import type { TestPostgres } from '../../../test/support/postgres.js';
import { openPostgres } from '../src/database/open-postgres.js';
import { describeDeadLetters } from '../src/dead-letters.suite.js';
import { describeLeases } from '../src/leases.suite.js';
import { describeRepositories } from '../src/repositories.suite.js';

jest.setTimeout(60_000);

const programs = findPostgres();
if (!programs && process.env.CI) throw new Error('There is no PostgreSQL, which CI needs: install postgresql.');

(programs ? describe : describe.skip)('PostgreSQL (skipped where it is not installed)', () => {
  let server: TestPostgres;

  beforeAll(async () => {
    server = await startPostgres(programs!);
  });
  afterAll(() => server.stop());

  /** A database with nothing in it. */
  async function empty(): Promise<string> {
    const name = `kadr_${uuid().replaceAll('-', '')}`;
    const first = await openPostgres(server.url);
    await sql`create database ${sql.ref(name)}`.execute(first);
    await first.destroy();
    return server.url.replace(/postgres$/, name);
  }

  describeRepositories('PostgreSQL', async () => openPostgres(await empty()));
  describeDeadLetters('PostgreSQL', async () => openPostgres(await empty()));
  describeLeases('PostgreSQL', async () => openPostgres(await empty()));

  it('is migrated once when several processes start at once', async () => {
    const url = await empty();
    const all = await Promise.all([openPostgres(url), openPostgres(url), openPostgres(url)]);
    expect(await all[2].selectFrom('jobs').selectAll().execute()).toEqual([]);
    await Promise.all(all.map((database) => database.destroy()));
  });

  it('refuses a schema that a newer Kadr wrote', async () => {
    const url = await empty();
    const database = await openPostgres(url);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '2099-01-01')`.execute(database);
    await database.destroy();
    await expect(openPostgres(url)).rejects.toMatchObject({ message: expect.stringMatching(/another version/) });
  });

  it('says which database is missing, and no password', async () => {
    const url = server.url.replace('kadr@', 'kadr:secret@').replace(/postgres$/, 'nowhere');
    const refused = openPostgres(url);
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(/127\.0\.0\.1.*nowhere.*make the database/),
    });
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('secret') });
  });

  it('says that nobody answers', async () => {
    await expect(openPostgres('postgresql://kadr@127.0.0.1:9/kadr')).rejects.toMatchObject({
      message: expect.stringMatching(/127\.0\.0\.1:9.*check that it runs/),
    });
  });
});
