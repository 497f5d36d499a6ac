import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { describeDeadLetters } from '../dead-letters.suite.js';
import { describeLeases } from '../leases.suite.js';
import { describeRepositories } from '../repositories.suite.js';
import { openDatabase } from './open-database.js';

const empty = () => openDatabase(mkdtempSync(join(tmpdir(), 'kadr-repositories-')));
describeRepositories('SQLite', empty);
describeLeases('SQLite', empty);
describeDeadLetters('SQLite', empty);

describe('opening SQLite', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kadr-sqlite-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps what is there at the next start', async () => {
    const deep = join(folder, 'deep');
    const first = await openDatabase(deep);
    await first.insertInto('idempotency_keys').values({ key: 'k', fingerprint: 'f', job_id: 'j' }).execute();
    await first.destroy();
    const second = await openDatabase(deep);
    expect(await second.selectFrom('idempotency_keys').selectAll().execute()).toHaveLength(1);
    await second.destroy();
  });

  it('says which file is damaged and what to do', async () => {
    const file = join(folder, 'kadr.db');
    writeFileSync(file, 'this is no database, whatever its name says'.repeat(100));
    await expect(openDatabase(folder)).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringMatching(/kadr\.db.*damaged.*backup/),
    });
  });

  it('says that the folder cannot be one', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(openDatabase(file)).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringMatching(/kadr\.db.*DATA_DIR/),
    });
  });

  it('refuses a schema that a newer Kadr wrote', async () => {
    const database = await openDatabase(folder);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '2099-01-01')`.execute(database);
    await database.destroy();
    await expect(openDatabase(folder)).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringMatching(/another version/),
    });
  });
});
