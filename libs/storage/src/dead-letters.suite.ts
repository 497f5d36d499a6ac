import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { formatSource } from '@kadr/contracts';
import { v7 as uuid } from 'uuid';
import type { Database } from './database/schema.js';
import type { NewDeadLetter } from './dead-letters/dead-letter.js';
import { DeadLettersRepository } from './dead-letters/dead-letters.repository.js';
import { JobsRepository } from './jobs/jobs.repository.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { AT, drop, failure, newJob, result } from './outcomes.fixtures.js';
import { OutcomesRepository } from './outcomes/outcomes.repository.js';

/** What every database has to do for dead letters, and for frames that were replayed. */
export function describeDeadLetters(name: string, createDatabase: () => Promise<Database>): void {
  describe(`dead letters on ${name}`, () => {
    let database: Database;
    let letters: DeadLettersRepository;

    beforeAll(async () => {
      database = await createDatabase();
      letters = new DeadLettersRepository(database);
    });
    beforeEach(() => database.deleteFrom('dead_letters').execute());
    afterAll(() => database.destroy());

    /** Letters one second apart, the first the oldest. */
    async function add(...given: Partial<NewDeadLetter>[]): Promise<NewDeadLetter[]> {
      const all = given.map((more, index) => newLetter({ happenedAt: at(index), ...more }));
      for (const letter of all) await letters.add(letter);
      return all;
    }

    it('come back as they were added, once', async () => {
      const [letter] = await add({ key: 'a\0b', headers: { ce_id: '\0"é' } });
      await letters.add({ ...letter, reason: 'another' });
      expect(await letters.get(letter.id)).toEqual({ ...letter, replayedAt: null, replays: 0 });
      expect(await letters.get(uuid())).toBeUndefined();
    });

    it('may know nothing of their message, and hold what a text column refuses', async () => {
      const unknown = { topic: null, partition: null, offset: null, group: null, key: null, headers: {}, size: null };
      const [letter] = await add({ ...unknown, source: 'a\0b', sequence: null, contentType: null });
      expect(await letters.get(letter.id)).toMatchObject({ ...unknown, source: 'a\uFFFDb' });
    });

    it('are paged, the newest first, also while they are removed', async () => {
      const ids = (await add({}, {}, { happenedAt: at(1) }, {}, {})).map(({ id }) => id);
      const first = await letters.page({}, { limit: 2 });
      expect(first.letters.map(({ id }) => id)).toEqual([ids[4], ids[3]]);
      await letters.remove(ids[3]);
      const second = await letters.page({}, { limit: 2, cursor: first.next ?? '' });
      expect(second.letters.map(({ id }) => id)).toEqual([ids[1], ids[2]].sort().reverse());
      const third = await letters.page({}, { limit: 2, cursor: second.next ?? '' });
      expect([third.letters.map(({ id }) => id), third.next]).toEqual([[ids[0]], null]);
      await expect(letters.page({}, { limit: 2, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid-request' });
    });

    it('are found by code, topic and whether they were replayed', async () => {
      const [a, b, c] = await add({ code: 'a' }, { topic: 't' }, { code: 'a', topic: 't' });
      expect(await letters.markReplayed(c.id, AT)).toMatchObject({ id: c.id, replayedAt: AT, replays: 1 });
      expect(await letters.markReplayed(c.id, AT)).toMatchObject({ replays: 2 });
      expect(await letters.markReplayed(uuid(), AT)).toBeUndefined();
      const found = async (filter: object) => (await letters.page(filter, { limit: 9 })).letters.map(({ id }) => id);
      expect(await found({ code: 'a' })).toEqual([c.id, a.id]);
      expect(await found({ topic: 't', replayed: false })).toEqual([b.id]);
      expect(await found({ replayed: true })).toEqual([c.id]);
      expect(await letters.waiting()).toBe(2);
    });

    it('are read in the order of their time up to one of them', async () => {
      const [a, b, c, later] = await add({}, {}, {}, {});
      const read = async (after?: NewDeadLetter) => (await letters.between({}, after, c, 2)).map(({ id }) => id);
      expect(await read()).toEqual([a.id, b.id]);
      expect(await read(b)).toEqual([c.id]);
      expect(await read(c)).not.toContain(later.id);
    });

    it('are found by age, and removed', async () => {
      const [a, b, c] = await add({}, {}, {});
      expect(await letters.olderThan(c.happenedAt, 9)).toEqual([a.id, b.id]);
      expect(await letters.olderThan(c.happenedAt, 1)).toEqual([a.id]);
      await letters.remove(a.id, b.id, uuid());
      await letters.remove();
      expect((await letters.page({}, { limit: 9 })).letters.map(({ id }) => id)).toEqual([c.id]);
    });
  });

  describe(`replayed frames on ${name}`, () => {
    let database: Database;
    let jobs: JobsRepository;
    let ledger: LedgerRepository;
    let outcomes: OutcomesRepository;

    beforeAll(async () => {
      database = await createDatabase();
      jobs = new JobsRepository(database);
      ledger = new LedgerRepository(database);
      outcomes = new OutcomesRepository(database);
    });
    afterAll(() => database.destroy());

    async function insert(items: number): Promise<{ id: string; source: string }> {
      const { id } = await jobs.insert(newJob(items));
      return { id, source: formatSource({ kind: 'job', id }) };
    }

    async function account(source: string) {
      const { framesIn, results, failures, inFlight } = (await ledger.entry(source))!;
      return { framesIn, results, failures, inFlight };
    }

    it('turn a failed job into a completed one that ended when it did', async () => {
      const { id, source } = await insert(2);
      await outcomes.record([failure(source, 0), failure(source, 1)]);
      const failed = await jobs.summary(id);
      expect(failed).toMatchObject({ state: 'failed', progress: { done: 0, failed: 2 } });
      const [recorded] = await outcomes.record([result(source, 1)]);
      expect(recorded).toMatchObject({ isNew: true, cursor: '1', stateBefore: 'failed', job: { state: 'completed' } });
      expect(await jobs.get(id)).toMatchObject({
        state: 'completed',
        finishedAt: failed?.finishedAt,
        progress: { total: 2, done: 1, failed: 1 },
        items: [{ state: 'failed' }, { sequence: 1, name: '1.jpg', state: 'done' }],
      });
      expect(await account(source)).toEqual({ framesIn: 2, results: 1, failures: 1, inFlight: 0 });
      expect((await outcomes.page(id, { limit: 9 })).results.map(({ sequence }) => sequence)).toEqual([1]);
      expect((await outcomes.since(id, { cursor: '0', limit: 9 })).map(({ cursor }) => cursor)).toEqual(['1']);
    });

    it('leave a job running that has not ended', async () => {
      const { id, source } = await insert(3);
      await outcomes.record([failure(source, 0), result(source, 1)]);
      await outcomes.record([result(source, 0)]);
      expect(await jobs.summary(id)).toMatchObject({ state: 'running', progress: { done: 2, failed: 0 } });
      await outcomes.record([result(source, 2)]);
      expect(await jobs.summary(id)).toMatchObject({ state: 'completed', progress: { done: 3, failed: 0 } });
    });

    it('count once, however often the result comes', async () => {
      const { id, source } = await insert(1);
      await outcomes.record([failure(source, 0)]);
      const both = await outcomes.record([result(source, 0), result(source, 0)]);
      expect(both.map(({ isNew }) => isNew)).toEqual([true, false]);
      expect(await outcomes.record([result(source, 0), failure(source, 0)])).toMatchObject([
        { isNew: false },
        { isNew: false },
      ]);
      expect(await jobs.summary(id)).toMatchObject({ state: 'completed', progress: { done: 1, failed: 0 } });
      expect(await account(source)).toEqual({ framesIn: 1, results: 1, failures: 0, inFlight: 0 });
    });

    it('may fail and succeed in one batch, in any order', async () => {
      const { id, source } = await insert(2);
      const batch = [failure(source, 0), result(source, 0), result(source, 1), failure(source, 1)];
      const recorded = await outcomes.record(batch);
      expect(recorded.map(({ isNew, cursor }) => [isNew, cursor])).toEqual([
        [true, undefined],
        [true, '1'],
        [true, '2'],
        [false, undefined],
      ]);
      expect(await jobs.get(id)).toMatchObject({
        state: 'completed',
        progress: { done: 2, failed: 0 },
        items: [{ state: 'done' }, { state: 'done' }],
      });
      expect(await account(source)).toEqual({ framesIn: 2, results: 2, failures: 0, inFlight: 0 });
    });

    it('take nothing from a result, a drop or a job that was cancelled', async () => {
      const { id, source } = await insert(3);
      await outcomes.record([result(source, 0), drop(source, 1, 'expired'), failure(source, 2)]);
      await jobs.markCancelled(id, AT);
      const again = await outcomes.record([failure(source, 0), result(source, 1), drop(source, 2, 'expired')]);
      expect(again.map(({ isNew }) => isNew)).toEqual([false, false, false]);
      expect(await ledger.entry(source)).toMatchObject({ results: 1, failures: 1, drops: { expired: 1 } });
      const cancelled = await insert(2);
      await outcomes.record([failure(cancelled.source, 0)]);
      await jobs.markCancelled(cancelled.id, AT);
      await outcomes.record([result(cancelled.source, 0)]);
      expect(await jobs.summary(cancelled.id)).toMatchObject({
        state: 'cancelled',
        progress: { done: 1, failed: 0 },
      });
    });

    it('of a request count too, until its failure is forgotten', async () => {
      const source = `request:${uuid()}`;
      await ledger.addPublished(source, 3);
      await outcomes.record([failure(source, 0), failure(source, 1)]);
      await outcomes.record([result(source, 1)]);
      expect(await account(source)).toEqual({ framesIn: 3, results: 1, failures: 1, inFlight: 1 });
      expect(await outcomes.purgeRequests(new Date(Date.now() + 1000).toISOString())).toBe(2);
      expect(await outcomes.record([result(source, 0), result(source, 1)])).toMatchObject([
        { isNew: false },
        { isNew: false },
      ]);
      expect(await account(source)).toEqual({ framesIn: 3, results: 1, failures: 1, inFlight: 1 });
      expect(await ledger.missing(source)).toEqual([2]);
    });
  });
}

/** A time some seconds after all began. */
function at(seconds: number): string {
  return new Date(Date.parse(AT) + seconds * 1000).toISOString();
}

function newLetter(more: Partial<NewDeadLetter>): NewDeadLetter {
  return {
    id: uuid(),
    topic: 'kadr.frames.objects.batch',
    partition: 3,
    offset: '9007199254740993',
    group: 'inference',
    key: 'job:a/0',
    headers: { ce_id: '1', 'content-type': 'image/jpeg' },
    size: 3_000_000_000,
    contentType: 'image/jpeg',
    code: 'damaged-picture',
    reason: 'It is cut short.',
    attempts: 1,
    source: 'job:a',
    sequence: 0,
    happenedAt: AT,
    ...more,
  };
}
