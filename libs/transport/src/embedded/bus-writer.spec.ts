import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Database from 'better-sqlite3';
import { BusWriter } from './bus-writer.js';
import { openDatabase } from './database.js';

Logger.overrideLogger(false);

describe('BusWriter', () => {
  let dataDir: string;
  let db: Database.Database;
  let writer: BusWriter;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'kadr-bus-'));
    db = openDatabase(dataDir);
    writer = new BusWriter(db);
  });

  afterEach(() => {
    db.close();
    rmSync(dataDir, { recursive: true });
  });

  const append = (bytes: number, write: () => void = () => undefined) =>
    writer.append({ bytes, write, done: () => undefined, undo: () => undefined });

  it('writes what is published in one turn in one transaction', async () => {
    let open = 0;
    const write = () => {
      if (db.inTransaction) open++;
    };
    let turns = 0;
    setImmediate(() => turns++);
    await Promise.all([append(1, write), append(1, write), append(1, write)]);
    expect(open).toBe(3);
    expect(turns).toBe(1);
  });

  it('lets the event loop go on between slices of a large burst', async () => {
    const sizes = Array.from({ length: 8 }, () => 1024 * 1024);
    let written = 0;
    const all = Promise.all(sizes.map((size) => append(size, () => written++)));
    const seen: number[] = [];
    while (written < sizes.length) {
      seen.push(written);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
    expect(seen.length).toBeGreaterThan(3);
  });

  it('refuses more than may wait, and takes it again afterwards', async () => {
    const half = append(40 * 1024 * 1024);
    await expect(append(40 * 1024 * 1024)).rejects.toMatchObject({ code: 'queue-full', retryAfter: 1 });
    await half;
    await append(40 * 1024 * 1024);
  });

  it('refuses everything once the database is closed', async () => {
    db.close();
    await expect(append(1)).rejects.toMatchObject({ code: 'bus-unavailable' });
  });

  it('undoes and refuses what could not be written', async () => {
    let undone = false;
    const failing = {
      bytes: 1,
      write: () => {
        throw new Error('the disk is gone');
      },
      done: () => undefined,
      undo: () => {
        undone = true;
      },
    };
    await expect(writer.append(failing)).rejects.toThrow(/cannot use its database \(the disk is gone\)/);
    expect(undone).toBe(true);
  });
});
