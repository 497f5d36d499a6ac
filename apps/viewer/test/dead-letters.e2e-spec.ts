import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BLOBS, TOPICS, encodeOutcome } from '@kadr/contracts';
import { BlobStore, DeadLettersRepository, JobsRepository, LedgerRepository } from '@kadr/storage';
import type { DeadLetter } from '@kadr/storage';
import { BusMonitor, Publisher } from '@kadr/transport';
import type { OutgoingMessage } from '@kadr/transport';
import { v7 as uuid } from 'uuid';
import { HousekeepingService } from '../src/jobs/housekeeping.service.js';
import { failure, newJob, publish, result } from './support/outcomes.js';
import { startViewer, until } from './support/viewer.js';
import type { TestViewer } from './support/viewer.js';

const DAY_MS = 24 * 3_600_000;

describe('dead letters', () => {
  let viewer: TestViewer;

  beforeAll(async () => {
    viewer = await startViewer();
  });

  afterAll(() => viewer.close());

  const publishTo = (topic: string, ...messages: OutgoingMessage[]): Promise<void> =>
    viewer.app.get(Publisher).publish(topic, ...messages);

  /** The letters whose message has one of `ids`, once there are so many. */
  async function kept(count: number, ...ids: string[]): Promise<DeadLetter[]> {
    let found: DeadLetter[] = [];
    await until(async () => {
      const { letters } = await viewer.app.get(DeadLettersRepository).page({}, { limit: 1000 });
      found = letters.filter(({ headers }) => ids.includes(headers.ce_id));
      return found.length >= count;
    }, 'the dead letters');
    return found;
  }

  const letter = (id: string, more: Record<string, string> = {}, value: Buffer | null = Buffer.from('x')) => ({
    key: 'k',
    value,
    headers: {
      ce_id: id,
      ce_source: 'camera:c',
      ce_originaltopic: 'kadr.frames.objects.live',
      ce_originalpartition: '1',
      ce_originaloffset: '17',
      ce_originalgroup: 'inference',
      ce_reason: 'no',
      ce_errorcode: 'bad-message',
      ce_attempts: '1',
      ...more,
    },
  });

  it('are kept as they were, with where they came from and why', async () => {
    const job = await newJob(viewer, 1);
    const bad = encodeOutcome(failure(job, 0));
    const value = Buffer.from('{ "cut');
    await publishTo(TOPICS.outcomes, { ...bad, value });
    const [found] = await kept(1, bad.headers.ce_id);
    expect(found).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      topic: TOPICS.outcomes,
      partition: expect.any(Number),
      offset: expect.stringMatching(/^\d+$/),
      group: 'viewer',
      key: `job:${job}`,
      headers: bad.headers,
      size: value.length,
      contentType: 'application/json',
      code: 'bad-message',
      reason: expect.stringContaining('not JSON'),
      attempts: 1,
      source: `job:${job}`,
      sequence: 0,
      happenedAt: expect.any(String),
      replayedAt: null,
      replays: 0,
    });
    expect((await viewer.app.get(BlobStore).get(BLOBS.deadLetter(found.id))).equals(value)).toBe(true);
    expect(viewer.log.lines).toContainEqual({
      level: 'info',
      event: 'dead letter',
      fields: expect.objectContaining({ id: found.id, code: 'bad-message', group: 'viewer' }),
    });
  });

  it('are one, however often the same message is buried, and two for two groups', async () => {
    const id = uuid();
    await publishTo(TOPICS.deadLetters, letter(id), letter(id), letter(id, { ce_originalgroup: 'mine' }));
    await until(async () => {
      const lags = await viewer.app.get(BusMonitor).lag();
      return lags.every(({ topic, messages }) => topic !== TOPICS.deadLetters || messages === 0);
    }, 'all of them to be taken in');
    expect(new Set((await kept(2, id)).map(({ group }) => group))).toEqual(new Set(['inference', 'mine']));
    expect(await kept(2, id)).toHaveLength(2);
  });

  it('may be large, tombstones, or from a stranger who says nothing', async () => {
    const [large, tombstone, stranger] = [uuid(), uuid(), uuid()];
    const bytes = Buffer.alloc(600_000, 7);
    await publishTo(TOPICS.deadLetters, letter(large, {}, bytes), letter(tombstone, {}, null));
    await publishTo(TOPICS.deadLetters, { key: null, headers: { ce_id: stranger }, value: Buffer.alloc(0) });
    const [first] = await kept(1, large);
    expect((await viewer.app.get(BlobStore).get(BLOBS.deadLetter(first.id))).equals(bytes)).toBe(true);
    expect((await kept(1, tombstone))[0].size).toBeNull();
    const nothing = {
      topic: null,
      partition: null,
      offset: null,
      group: null,
      key: null,
      source: null,
      sequence: null,
    };
    expect((await kept(1, stranger))[0]).toMatchObject({
      ...nothing,
      size: 0,
      code: 'internal',
      reason: '',
      attempts: 0,
    });
  });

  it('are removed with their bytes when they are out of history', async () => {
    const id = uuid();
    await publishTo(TOPICS.deadLetters, letter(id));
    const [found] = await kept(1, id);
    const housekeeping = viewer.app.get(HousekeepingService);
    await housekeeping.tidy(Date.now() + 29 * DAY_MS);
    expect(await viewer.app.get(DeadLettersRepository).get(found.id)).toBeDefined();
    await housekeeping.tidy(Date.now() + 31 * DAY_MS);
    expect(await viewer.app.get(DeadLettersRepository).get(found.id)).toBeUndefined();
    expect(await viewer.app.get(BlobStore).exists(BLOBS.deadLetter(found.id))).toBe(false);
  });

  it('that were replayed make good for their failure: the job is completed and says so', async () => {
    const job = await newJob(viewer, 1);
    await publish(viewer, failure(job, 0));
    await until(() => viewer.heard.jobs.includes(`${job} failed`), 'the failure');
    await publish(viewer, result(job, 0), result(job, 0));
    await until(() => viewer.heard.jobs.includes(`${job} completed`), 'the completion');
    expect(await viewer.app.get(JobsRepository).get(job)).toMatchObject({
      state: 'completed',
      progress: { done: 1, failed: 0 },
      items: [{ state: 'done' }],
    });
    expect(await viewer.app.get(LedgerRepository).entry(`job:${job}`)).toMatchObject({ results: 1, failures: 0 });
  });
});
