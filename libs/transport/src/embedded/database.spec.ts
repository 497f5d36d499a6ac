import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { BusWriter } from './bus-writer.js';
import { openDatabase } from './database.js';
import { SqliteLog } from './sqlite-log.js';

const SPEC = { name: 't', partitions: 1, durable: true, retentionMs: 1000 };

Logger.overrideLogger(false);

describe('openDatabase', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kadr-bus-'));
  });

  afterEach(() => rm(dataDir, { recursive: true }));

  it('makes the folder, and opens again what it made', () => {
    const folder = join(dataDir, 'deep', 'data');
    openDatabase(folder).close();
    const db = openDatabase(folder);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    db.close();
  });

  it('refuses a second user of the folder, saying so', () => {
    const db = openDatabase(dataDir);
    expect(() => openDatabase(dataDir)).toThrow(/bus\.db.*another Kadr runs on this DATA_DIR/);
    db.close();
    openDatabase(dataDir).close();
  });

  it.each([
    ['no database', Buffer.from('this is no database at all, but long enough to be looked at: '.repeat(20))],
    ['a damaged database', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4096, 7)])],
  ])('refuses %s, naming the file and what to do', async (_, bytes) => {
    await writeFile(join(dataDir, 'bus.db'), bytes);
    const error = expect.objectContaining({
      code: 'bus-unavailable',
      message: expect.stringMatching(/bus\.db.*damaged.*move it away/),
    });
    expect(() => openDatabase(dataDir)).toThrow(error);
  });

  it('refuses the database of a newer version', () => {
    const db = openDatabase(dataDir);
    db.pragma('user_version = 9');
    db.close();
    expect(() => openDatabase(dataDir)).toThrow(/version 9/);
  });

  it('refuses a folder that is a file', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    expect(() => openDatabase(file)).toThrow(/check that DATA_DIR is a folder/);
  });

  it('on a full disk, publishing is refused with `storage-full`, and goes on when there is room', async () => {
    const db = openDatabase(dataDir);
    const log = new SqliteLog('t', SPEC, db, new BusWriter(db));
    const pages = Number(db.pragma('page_count', { simple: true }));
    db.pragma(`max_page_count = ${pages + 4}`);
    const large = { key: 'k', headers: {}, value: Buffer.alloc(100_000) };
    await expect(log.append([large])).rejects.toMatchObject({ code: 'storage-full', retryable: true });
    expect(log.end(0)).toBe(0);
    db.pragma('max_page_count = 100000');
    await log.append([large]);
    expect(log.read(0, 0, 9).map(({ offset }) => offset)).toEqual([0]);
    db.close();
  });
});
