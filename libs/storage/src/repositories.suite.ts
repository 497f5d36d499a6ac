import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatSource } from '@kadr/contracts';
import type { JobV1 } from '@kadr/contracts';
import { v7 as uuid } from 'uuid';
import type { Database } from './database/schema.js';
import { JobsRepository } from './jobs/jobs.repository.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import type { NewJob } from './jobs/new-job.js';
import { AT, drop, failure, newJob, result } from './outcomes.fixtures.js';
import { OutcomesRepository } from './outcomes/outcomes.repository.js';
import { UploadsRepository } from './jobs/uploads.repository.js';

/** What every database has to do for the repositories. */
export function describeRepositories(name: string, createDatabase: () => Promise<Database>): void {
  describe(`repositories on ${name}`, () => {
    let database: Database;
    let jobs: JobsRepository;
    let uploads: UploadsRepository;
    let ledger: LedgerRepository;
    let outcomes: OutcomesRepository;

    beforeAll(async () => {
      database = await createDatabase();
      jobs = new JobsRepository(database);
      uploads = new UploadsRepository(database);
      ledger = new LedgerRepository(database);
      outcomes = new OutcomesRepository(database);
    });

    afterAll(() => database.destroy());

    async function insert(items: number, more: Partial<NewJob> = {}): Promise<{ id: string; source: string }> {
      const { id } = await jobs.insert(newJob(items, more));
      return { id, source: formatSource({ kind: 'job', id }) };
    }

    async function states(id: string): Promise<string[]> {
      return ((await jobs.get(id))?.items ?? []).map(({ state }) => state);
    }

    describe('jobs', () => {
      it('come back as they were inserted, with their items', async () => {
        const { id } = await insert(2);
        const job = (await jobs.get(id)) as JobV1;
        expect(job).toMatchObject({
          state: 'queued',
          options: { threshold: 0.4 },
          progress: { total: 2, done: 0, failed: 0 },
          items: [
            { sequence: 0, name: '0.jpg', state: 'queued' },
            { sequence: 1, name: '1.jpg', state: 'queued' },
          ],
          startedAt: null,
          finishedAt: null,
          links: { results: `/v1/jobs/${id}/results` },
        });
        expect(await jobs.summary(id)).not.toHaveProperty('items');
        expect(await jobs.get('nothing')).toBeUndefined();
      });

      it('take ten thousand items', async () => {
        const { id } = await insert(10_000);
        expect((await jobs.get(id))?.items).toHaveLength(10_000);
        await jobs.remove(id);
      });

      it('are one for one idempotency key, also when two ask at once', async () => {
        const idempotency = { key: uuid(), fingerprint: 'a' };
        const both = await Promise.all([
          jobs.insert(newJob(1, { idempotency })),
          jobs.insert(newJob(1, { idempotency })),
        ]);
        expect(both[0].id).toBe(both[1].id);
        expect(both.map(({ created }) => created)).toEqual([true, false]);
        expect(await jobs.findByIdempotencyKey(idempotency.key)).toEqual({ jobId: both[0].id, fingerprint: 'a' });
        const other = newJob(1, { idempotency: { ...idempotency, fingerprint: 'b' } });
        await expect(jobs.insert(other)).rejects.toMatchObject({
          kind: 'unprocessable',
          code: 'idempotency-key-reused',
        });
        expect(await jobs.summary(other.id)).toBeUndefined();
      });

      it('are listed by pages, the newest first, by state and model', async () => {
        const model = uuid();
        const ids: string[] = [];
        for (let count = 0; count < 5; count++) ids.push((await insert(1, { model })).id);
        const first = await jobs.list({ model, limit: 3 });
        const second = await jobs.list({ model, limit: 3, cursor: first.next ?? '' });
        expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(ids.reverse());
        expect(second.next).toBeNull();
        await outcomes.record([result(`job:${ids[2]}`, 0)]);
        expect((await jobs.list({ model, status: 'completed', limit: 9 })).jobs.map(({ id }) => id)).toEqual([ids[2]]);
        await expect(jobs.list({ limit: 3, cursor: "' or 1=1" })).rejects.toMatchObject({ code: 'invalid-request' });
      });

      it('are found for removal by age, and removed with all but their account', async () => {
        const idempotency = { key: uuid(), fingerprint: 'a' };
        const { id, source } = await insert(1, { idempotency });
        await outcomes.record([result(source, 0)]);
        expect(await jobs.finishedBefore(AT)).not.toContain(id);
        expect(await jobs.finishedBefore('9999-01-01T00:00:00.000Z')).toContain(id);
        await jobs.remove(id);
        expect(await jobs.get(id)).toBeUndefined();
        expect(await jobs.findByIdempotencyKey(idempotency.key)).toBeUndefined();
        expect((await outcomes.page(id, { limit: 9 })).results).toEqual([]);
        expect(await ledger.entry(source)).toMatchObject({ results: 1 });
        expect(await outcomes.record([result(source, 0)])).toMatchObject([{ isNew: false }]);
        expect(await ledger.entry(source)).toMatchObject({ results: 1 });
      });

      it('count the pictures that wait', async () => {
        const before = await jobs.queuedPictures();
        const { id, source } = await insert(3);
        await outcomes.record([result(source, 0)]);
        expect(await jobs.queuedPictures()).toBe(before + 2);
        await jobs.markCancelled(id, AT);
        expect(await jobs.queuedPictures()).toBe(before);
      });
    });

    describe('uploads', () => {
      it('wait in order until they are published, once', async () => {
        const { id, source } = await insert(3, {
          items: [
            { sequence: 0, name: 'a.jpg', blob: 'b/a' },
            { sequence: 1, name: 'b.jpg', url: 'http://example.org/b.jpg' },
            { sequence: 2, name: 'c.txt', error: { code: 'unsupported-media', detail: 'no picture' } },
          ],
        });
        const mine = await uploads.pending([id], 9);
        expect(mine).toEqual([
          { jobId: id, sequence: 0, name: 'a.jpg', blob: 'b/a', model: 'objects', options: { threshold: 0.4 } },
          expect.objectContaining({ sequence: 1, url: 'http://example.org/b.jpg' }),
          expect.objectContaining({ sequence: 2, error: { code: 'unsupported-media', detail: 'no picture' } }),
        ]);
        expect(await uploads.pending([id], 1, mine[0])).toEqual([mine[1]]);
        await uploads.markPublished(id, 1);
        await uploads.markPublished(id, 1);
        await uploads.markPublished('nothing', 0);
        expect(await ledger.entry(source)).toMatchObject({ framesIn: 1, inFlight: 1 });
        expect((await uploads.pending([id], 9, mine[0])).map(({ sequence }) => sequence)).toEqual([2]);
      });
    });

    describe('outcomes of a job', () => {
      it('advance it from queued to completed', async () => {
        const { id, source } = await insert(3);
        const recorded = await outcomes.record([result(source, 1), failure(source, 0)]);
        expect(recorded.map(({ job, stateBefore, cursor }) => [stateBefore, job?.state, cursor])).toEqual([
          ['queued', 'running', '1'],
          ['queued', 'running', undefined],
        ]);
        const [last] = await outcomes.record([result(source, 2)]);
        expect(last).toMatchObject({ isNew: true, cursor: '2', stateBefore: 'running' });
        expect(last.job).toEqual(await jobs.summary(id));
        expect(last.job).toMatchObject({ state: 'completed', progress: { total: 3, done: 2, failed: 1 } });
        expect(last.job?.finishedAt).not.toBeNull();
        expect((await jobs.get(id))?.items?.[0]).toMatchObject({
          state: 'failed',
          error: { code: 'damaged-picture', detail: 'cut short' },
        });
      });

      it('count once, however often they come, alone and in a batch', async () => {
        const { id, source } = await insert(2);
        const batch = await outcomes.record([result(source, 0), result(source, 0)]);
        expect(batch.map(({ isNew }) => isNew)).toEqual([true, false]);
        const [again] = await outcomes.record([failure(source, 0)]);
        expect(again).toEqual({ outcome: failure(source, 0), isNew: false });
        expect(await states(id)).toEqual(['done', 'queued']);
        expect(await ledger.entry(source)).toMatchObject({ results: 1, failures: 0 });
      });

      it('make it failed when all failed, and completed when all were dropped', async () => {
        const bad = await insert(2);
        await outcomes.record([failure(bad.source, 0), failure(bad.source, 1)]);
        expect(await jobs.summary(bad.id)).toMatchObject({ state: 'failed' });
        const dropped = await insert(1);
        await outcomes.record([drop(dropped.source, 0, 'expired')]);
        expect(await jobs.get(dropped.id)).toMatchObject({
          state: 'completed',
          items: [{ state: 'failed', error: { code: 'frame-dropped' } }],
        });
      });

      it('leave a cancelled one cancelled, and let it go when the last is there', async () => {
        const { id, source } = await insert(3);
        await outcomes.record([result(source, 0)]);
        expect(await jobs.markCancelled(id, AT)).toMatchObject({ state: 'cancelled', finishedAt: AT });
        const [late] = await outcomes.record([result(source, 1)]);
        expect(late).toMatchObject({ isNew: true, stateBefore: 'cancelled', job: { state: 'cancelled' } });
        expect(await jobs.removable()).not.toContain(id);
        await outcomes.record([drop(source, 2, 'cancelled')]);
        expect(await jobs.removable()).toContain(id);
        expect(await jobs.summary(id)).toMatchObject({ state: 'cancelled', finishedAt: AT, progress: { done: 2 } });
        expect(await states(id)).toEqual(['done', 'done', 'cancelled']);
      });

      it('cancel it when one was dropped for that, though the word of it is still on its way', async () => {
        const { id, source } = await insert(2);
        await outcomes.record([drop(source, 0, 'cancelled'), drop(source, 1, 'cancelled')]);
        expect(await jobs.markCancelled(id, AT)).toMatchObject({ state: 'cancelled', finishedAt: expect.any(String) });
        expect(await jobs.removable()).toContain(id);
      });

      it('do not cancel one that has ended', async () => {
        const { id, source } = await insert(1);
        await outcomes.record([result(source, 0)]);
        expect(await jobs.markCancelled(id, AT)).toMatchObject({ state: 'completed' });
      });

      it('are refused for pictures that it does not have', async () => {
        const { id, source } = await insert(1);
        expect(await outcomes.record([result(source, 7)])).toMatchObject([{ isNew: false }]);
        expect(await jobs.summary(id)).toMatchObject({ state: 'queued' });
      });

      it('are read in the order of frames and in the order of arrival', async () => {
        const { id, source } = await insert(6);
        await outcomes.record([3, 0, 5].map((sequence) => result(source, sequence)));
        await outcomes.record([4, 1, 2].map((sequence) => result(source, sequence)));
        const first = await outcomes.page(id, { limit: 4 });
        const second = await outcomes.page(id, { after: Number(first.next), limit: 4 });
        expect([...first.results, ...second.results].map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5]);
        expect(second.next).toBeNull();
        const arrived = await outcomes.since(id, { limit: 4 });
        const rest = await outcomes.since(id, { cursor: arrived.at(-1)?.cursor, limit: 4 });
        expect([...arrived, ...rest].map(({ sequence }) => sequence)).toEqual([3, 0, 5, 4, 1, 2]);
      });
    });

    describe('the ledger', () => {
      it('adds up', async () => {
        const source = `request:${uuid()}`;
        await ledger.addPublished(source, 5);
        await ledger.addPublished(source, 3);
        await outcomes.record([
          result(source, 0),
          failure(source, 1),
          drop(source, 2, 'expired'),
          drop(source, 3, 'queue-full'),
        ]);
        expect(await ledger.entry(source)).toEqual({
          source,
          framesIn: 8,
          results: 1,
          drops: { expired: 1, superseded: 0, 'queue-full': 1, cancelled: 0 },
          failures: 1,
          inFlight: 4,
        });
        expect(await ledger.openRequests()).toContainEqual({ source, published: 8 });
        expect(await ledger.missing(source)).toEqual([4, 5, 6, 7]);
        expect(await ledger.entry('request:nobody')).toBeUndefined();
      });

      it('holds its sum while an outcome is ahead of its publication', async () => {
        const { id, source } = await insert(1);
        await outcomes.record([result(source, 0)]);
        expect(await ledger.entry(source)).toMatchObject({ framesIn: 1, results: 1, inFlight: 0 });
        await uploads.markPublished(id, 0);
        expect(await ledger.entry(source)).toMatchObject({ framesIn: 1, results: 1, inFlight: 0 });
      });

      it('has pages, each source once, and their sum', async () => {
        const all: string[] = [];
        let cursor: string | undefined;
        let sum = 0;
        for (;;) {
          const page = await ledger.page({ cursor, limit: 2 });
          all.push(...page.sources.map(({ source }) => source));
          sum += page.sources.reduce((frames, { framesIn }) => frames + framesIn, 0);
          if (page.next === null) {
            expect(page.total.framesIn).toBe(sum);
            break;
          }
          cursor = page.next;
        }
        expect(new Set(all).size).toBe(all.length);
        await expect(ledger.page({ cursor: 'x', limit: 2 })).rejects.toMatchObject({ code: 'invalid-request' });
      });

      it('stays exact when old outcomes of requests are forgotten', async () => {
        const source = `request:${uuid()}`;
        await ledger.addPublished(source, 5);
        await outcomes.record([0, 1, 3].map((sequence) => result(source, sequence)));
        const later = new Date(Date.now() + 1000).toISOString();
        expect(await outcomes.purgeRequests(AT)).toBe(0);
        expect(await outcomes.purgeRequests(later)).toBeGreaterThanOrEqual(2);
        expect(await ledger.missing(source)).toEqual([2, 4]);
        expect(await outcomes.record([result(source, 0), result(source, 3)])).toMatchObject([
          { isNew: false },
          { isNew: false },
        ]);
        expect(await ledger.entry(source)).toMatchObject({ results: 3, inFlight: 2 });
      });
    });
  });
}
