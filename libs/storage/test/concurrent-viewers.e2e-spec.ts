import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Outcome } from '@kadr/contracts';
import { v7 as uuid } from 'uuid';
import { findPostgres, startPostgres } from '../../../test/support/postgres.js';
import type { TestPostgres } from '../../../test/support/postgres.js';
import { openPostgres } from '../src/database/open-postgres.js';
import type { Database } from '../src/database/schema.js';
import { JobsRepository } from '../src/jobs/jobs.repository.js';
import { UploadsRepository } from '../src/jobs/uploads.repository.js';
import { LedgerRepository } from '../src/ledger/ledger.repository.js';
import { failure, newJob, result } from '../src/outcomes.fixtures.js';
import { OutcomesRepository } from '../src/outcomes/outcomes.repository.js';

jest.setTimeout(60_000);

const programs = findPostgres();
const JOBS = 5;
const FRAMES = 40;

(programs ? describe : describe.skip)('two viewers on one PostgreSQL (skipped where it is not installed)', () => {
  let server: TestPostgres;
  let pools: Database[];
  let viewers: OutcomesRepository[];
  let ledger: LedgerRepository;

  beforeAll(async () => {
    server = await startPostgres(programs!);
    pools = await Promise.all([openPostgres(server.url), openPostgres(server.url)]);
    viewers = pools.map((pool) => new OutcomesRepository(pool));
    ledger = new LedgerRepository(pools[0]);
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.destroy()));
    await server.stop();
  });

  /** Each viewer records all of `outcomes`, in an order and in batches of its own, several at once. */
  async function recordTwice(outcomes: Outcome[]): Promise<number> {
    const records = viewers.flatMap((viewer) => batches(shuffled(outcomes)).map((batch) => viewer.record(batch)));
    const recorded = (await Promise.all(records)).flat();
    expect(recorded).toHaveLength(2 * outcomes.length);
    return recorded.filter(({ isNew }) => isNew).length;
  }

  it.each([1, 2, 3])('record the outcomes of several jobs once each, whatever their order (round %i)', async () => {
    const jobs = new JobsRepository(pools[0]);
    const uploads = new UploadsRepository(pools[1]);
    const ids: string[] = [];
    for (let n = 0; n < JOBS; n++) ids.push((await jobs.insert(newJob(FRAMES))).id);
    const outcomes = ids.flatMap((id) =>
      Array.from({ length: FRAMES }, (_, n) => (n % 10 === 0 ? failure : result)(`job:${id}`, n)),
    );
    // A gateway counts what it publishes in the same rows of the ledger.
    const publishing = outcomes.map(({ source, sequence }) => uploads.markPublished(source.slice(4), sequence));
    expect(await recordTwice(outcomes)).toBe(JOBS * FRAMES);
    await Promise.all(publishing);
    const failed = FRAMES / 10;
    for (const id of ids) {
      const progress = { total: FRAMES, done: FRAMES - failed, failed };
      expect(await jobs.summary(id)).toMatchObject({ state: 'completed', progress });
      const arrived = await viewers[0].since(id, { limit: FRAMES });
      expect(arrived.map(({ cursor }) => Number(cursor))).toEqual(
        Array.from({ length: FRAMES - failed }, (_, n) => n + 1),
      );
      expect(new Set(arrived.map(({ sequence }) => sequence)).size).toBe(FRAMES - failed);
      const entry = await ledger.entry(`job:${id}`);
      expect(entry).toMatchObject({ framesIn: FRAMES, results: FRAMES - failed, failures: failed, inFlight: 0 });
    }
  });

  it('know each state of a job once', async () => {
    const { id } = await new JobsRepository(pools[0]).insert(newJob(FRAMES));
    const outcomes = Array.from({ length: FRAMES }, (_, n) => result(`job:${id}`, n));
    const records = outcomes.map((outcome, n) => viewers[n % 2].record([outcome]));
    const changes = (await Promise.all(records)).flat().filter(({ job, stateBefore }) => job?.state !== stateBefore);
    expect(changes.map(({ job, stateBefore }) => `${stateBefore} ${job?.state}`)).toEqual(
      expect.arrayContaining(['queued running', 'running completed']),
    );
    expect(changes).toHaveLength(2);
  });

  it('purge and record requests at once, and count none twice', async () => {
    const sources = Array.from({ length: 3 }, () => `request:${uuid()}`);
    const outcomes = sources.flatMap((source) => Array.from({ length: 100 }, (_, n) => result(source, n)));
    for (const source of sources) await ledger.addPublished(source, 100);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const recorded = new AbortController();
    const purging = viewers.map(async (viewer) => {
      let purged = 0;
      while (!recorded.signal.aborted) purged += await viewer.purgeRequests(later);
      return purged + (await viewer.purgeRequests(later));
    });
    let fresh = 0;
    for (let round = 0; round < 5; round++) fresh += await recordTwice(outcomes);
    recorded.abort();
    const purged = (await Promise.all(purging)).reduce((sum, count) => sum + count, 0);
    expect(fresh).toBe(outcomes.length);
    expect(purged).toBe(outcomes.length);
    for (const source of sources) expect(await ledger.entry(source)).toMatchObject({ results: 100, inFlight: 0 });
  });
});

function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  return Array.from(items, () => left.splice(Math.floor(Math.random() * left.length), 1)[0]);
}

function batches<T>(items: readonly T[]): T[][] {
  const all: T[][] = [];
  for (let start = 0; start < items.length;) {
    const size = 1 + Math.floor(Math.random() * 30);
    all.push(items.slice(start, (start += size)));
  }
  return all;
}
