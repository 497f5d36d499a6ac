import { afterEach, describe, expect, it } from '@jest/globals';
import type { TopicSpec } from '@kadr/contracts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusWriter } from './bus-writer.js';
import { openDatabase } from './database.js';
import { MemoryLog } from './memory-log.js';
import { SqliteLog } from './sqlite-log.js';
import type { TopicLog } from './topic-log.js';

const DAY = 86_400_000;
const SPEC: TopicSpec = { name: 't', partitions: 1, durable: true, retentionMs: DAY };

const cleanUps: (() => void)[] = [];

function sqlite(spec: TopicSpec): TopicLog {
  const dataDir = mkdtempSync(join(tmpdir(), 'kadr-bus-'));
  const db = openDatabase(dataDir);
  cleanUps.push(() => {
    db.close();
    rmSync(dataDir, { recursive: true });
  });
  return new SqliteLog('t', spec, db, new BusWriter(db));
}

const memory = (spec: TopicSpec): TopicLog => new MemoryLog('t', spec);

function message(key: string, value: string | null) {
  return { key, headers: {}, value: value === null ? null : Buffer.from(value) };
}

function offsets(log: TopicLog): number[] {
  return log.read(0, 0, 1000).map(({ offset }) => offset);
}

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

describe.each([
  ['SqliteLog', sqlite],
  ['MemoryLog', memory],
])('%s', (_, make) => {
  it('never drops by age what a known group has not finished', async () => {
    const log = make(SPEC);
    log.join({ group: 'g', from: 'earliest', perInstance: false });
    await log.append([message('a', '0'), message('a', '1'), message('a', '2')]);
    log.commit('g', 0, 1);
    await log.sweep(Date.now() + 2 * DAY);
    expect(offsets(log)).toEqual([1, 2]);
    log.commit('g', 0, 3);
    await log.sweep(Date.now() + 2 * DAY);
    expect(offsets(log)).toEqual([]);
    expect(log.end(0)).toBe(3);
  });

  it('drops by age when it has no group', async () => {
    const log = make(SPEC);
    await log.append([message('a', '0')]);
    await log.sweep(Date.now() + DAY / 2);
    expect(offsets(log)).toEqual([0]);
    await log.sweep(Date.now() + 2 * DAY);
    expect(offsets(log)).toEqual([]);
  });

  it('drops many messages in slices', async () => {
    const log = make(SPEC);
    await log.append(Array.from({ length: 500 }, (_, index) => message('a', String(index))));
    await log.sweep(Date.now() + 2 * DAY);
    expect(log.count(0, 0)).toBe(0);
  });

  it('compacts to the last message of each key, once every group has finished the others', async () => {
    const log = make({ ...SPEC, compacted: true });
    log.join({ group: 'g', from: 'earliest', perInstance: false });
    await log.append([message('a', '0'), message('b', '1'), message('a', '2'), message('b', null), message('a', '4')]);
    log.commit('g', 0, 2);
    await log.sweep(Date.now());
    expect(offsets(log)).toEqual([2, 3, 4]);
    log.commit('g', 0, 5);
    await log.sweep(Date.now());
    expect(offsets(log)).toEqual([4]);
    expect(log.join({ group: 'late', from: 'earliest', perInstance: true })).toEqual([4]);
    expect(log.count(0, 0)).toBe(1);
    await log.sweep(Date.now() + 2 * DAY);
    expect(offsets(log)).toEqual([4]);
    log.commit('late', 0, 5);
    await log.sweep(Date.now() + 2 * DAY);
    expect(offsets(log)).toEqual([]);
  });

  it('keeps what a late group of a compacted topic has yet to read, superseded or not', async () => {
    const log = make({ ...SPEC, compacted: true });
    log.join({ group: 'g', from: 'earliest', perInstance: false });
    await log.append([message('a', '0')]);
    log.commit('g', 0, 1);
    log.join({ group: 'late', from: 'earliest', perInstance: true });
    await log.append([message('a', '1')]);
    log.commit('g', 0, 2);
    await log.sweep(Date.now());
    expect(offsets(log)).toEqual([0, 1]);
    log.commit('late', 0, 1);
    await log.sweep(Date.now());
    expect(offsets(log)).toEqual([1]);
  });
});

describe('SqliteLog', () => {
  it('keeps the partitions it was made with, offsets and groups, whatever is asked for later', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'kadr-bus-'));
    cleanUps.push(() => rmSync(dataDir, { recursive: true }));
    const db = openDatabase(dataDir);
    const writer = new BusWriter(db);
    const log = new SqliteLog('t', { ...SPEC, partitions: 3 }, db, writer);
    log.join({ group: 'g', from: 'earliest', perInstance: false });
    await log.append([message('a', '0'), message('a', '1')]);
    const partition = [0, 1, 2].find((each) => log.end(each) > 0) ?? -1;
    log.commit('g', partition, 2);
    writer.flushAll();
    await log.sweep(Date.now() + DAY / 2);
    db.close();

    const again = openDatabase(dataDir);
    const reopened = new SqliteLog('t', { ...SPEC, partitions: 9 }, again, new BusWriter(again));
    expect(reopened.partitions).toBe(3);
    expect(reopened.end(partition)).toBe(2);
    expect(reopened.join({ group: 'g', from: 'earliest', perInstance: false })[partition]).toBe(2);
    again.close();
  });

  it('forgets a group that has not come for longer than the retention', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'kadr-bus-'));
    cleanUps.push(() => rmSync(dataDir, { recursive: true }));
    const db = openDatabase(dataDir);
    const writer = new BusWriter(db);
    const first = new SqliteLog('t', SPEC, db, writer);
    first.join({ group: 'left', from: 'earliest', perInstance: false });
    await first.append([message('a', '0')]);
    writer.flushAll();
    const later = new SqliteLog('t', SPEC, db, writer);
    await later.sweep(Date.now() + DAY / 2);
    expect(offsets(later)).toEqual([0]);
    await later.sweep(Date.now() + 2 * DAY);
    expect(offsets(later)).toEqual([]);
    db.close();
  });
});
