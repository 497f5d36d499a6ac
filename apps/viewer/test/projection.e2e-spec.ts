import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BLOBS, TOPICS, encodeAnnotated, encodeJob, encodeJobRemoval, encodeOutcome } from '@kadr/contracts';
import type { JobV1 } from '@kadr/contracts';
import sharp from 'sharp';
import { BlobStore, JobsRepository, LedgerRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { HousekeepingService } from '../src/jobs/housekeeping.service.js';
import { drop, failure, newJob, publish, result, sequences } from './support/outcomes.js';
import { startViewer, until } from './support/viewer.js';
import type { TestViewer } from './support/viewer.js';

describe('the projection of outcomes', () => {
  let viewer: TestViewer;

  beforeAll(async () => {
    viewer = await startViewer();
  });

  afterAll(() => viewer.close());

  const jobOf = (id: string): Promise<JobV1 | undefined> => viewer.app.get(JobsRepository).get(id);
  const said = (id: string): string[] => viewer.heard.jobs.filter((line) => line.startsWith(id));
  const ended = (id: string, state: string): Promise<void> =>
    until(() => viewer.heard.jobs.includes(`${id} ${state}`), `${id} ${state}`);

  async function cancel(id: string): Promise<void> {
    const job = await jobOf(id);
    await viewer.app.get(Publisher).publish(TOPICS.jobs, encodeJob(Object.assign(job!, { state: 'cancelled' })));
  }

  it('counts a frame once, however often its outcome comes, and says each state of its job once', async () => {
    const job = await newJob(viewer, 3);
    const all = [result(job, 0), failure(job, 1), result(job, 2)];
    await publish(viewer, all[0], all[0]);
    await ended(job, 'running');
    await publish(viewer, all[0], all[1], failure(job, 0), all[2]);
    await ended(job, 'completed');
    expect(await jobOf(job)).toMatchObject({
      state: 'completed',
      progress: { total: 3, done: 2, failed: 1 },
      items: [{ state: 'done' }, { state: 'failed', error: { code: 'damaged-picture' } }, { state: 'done' }],
    });
    const ledger = await viewer.app.get(LedgerRepository).entry(`job:${job}`);
    expect(ledger).toMatchObject({ framesIn: 3, results: 2, failures: 1, inFlight: 0 });
    const lines = viewer.log.lines.filter(({ fields }) => (fields as { job?: string })?.job === job);
    expect(lines).toEqual([
      { level: 'info', event: 'job', fields: expect.objectContaining({ state: 'completed', done: 2, failed: 1 }) },
    ]);
  });

  it('takes in a thousand outcomes at once', async () => {
    const job = await newJob(viewer, 1000);
    await publish(viewer, ...sequences(1000).map((sequence) => result(job, sequence)));
    await ended(job, 'completed');
    expect(said(job)).toEqual([`${job} running`, `${job} completed`]);
  });

  it('fails a job without any result', async () => {
    const job = await newJob(viewer, 2);
    await publish(viewer, failure(job, 0), failure(job, 1));
    await ended(job, 'failed');
  });

  it('keeps a cancelled job cancelled, and removes it once its last frame is accounted for', async () => {
    const job = await newJob(viewer, 3);
    const blobs = viewer.app.get(BlobStore);
    await blobs.put(BLOBS.picture(job, 0), Buffer.from('picture'));
    await publish(viewer, result(job, 0));
    await ended(job, 'running');
    await cancel(job);
    await until(async () => (await jobOf(job))?.state === 'cancelled', 'the cancellation');
    await publish(viewer, drop(job, 1, 'cancelled'));
    await until(async () => (await jobOf(job))?.items?.[1].state === 'cancelled', 'the drop');
    expect(await jobOf(job)).toMatchObject({ state: 'cancelled', progress: { done: 1, failed: 0 } });
    await publish(viewer, drop(job, 2, 'cancelled'));
    await until(async () => !(await jobOf(job)), 'the removal');
    await ended(job, 'removed');
    expect(await blobs.exists(BLOBS.picture(job, 0))).toBe(false);
    expect(said(job)).not.toContain(`${job} completed`);
  });

  it('lets the end of a job stand against a cancellation that came too late', async () => {
    const job = await newJob(viewer, 1);
    await publish(viewer, result(job, 0));
    await ended(job, 'completed');
    await cancel(job);
    await until(() => said(job).length === 3, 'the correction');
    expect(said(job)).toEqual([`${job} completed`, `${job} cancelled`, `${job} completed`]);
    expect(await jobOf(job)).toMatchObject({ state: 'completed' });
  });

  it('removes rows and blobs of a job when its tombstone comes, and ignores its late outcomes', async () => {
    const job = await newJob(viewer, 1);
    await publish(viewer, result(job, 0));
    await ended(job, 'completed');
    await viewer.app.get(BlobStore).put(BLOBS.annotated(job, 0), Buffer.from('drawn'));
    await viewer.app.get(Publisher).publish(TOPICS.jobs, encodeJobRemoval(job));
    await until(async () => !(await jobOf(job)), 'the removal');
    await publish(viewer, result(job, 0));
    const next = await newJob(viewer, 1);
    await publish(viewer, result(next, 0));
    await ended(next, 'completed');
    expect(await viewer.app.get(BlobStore).exists(BLOBS.annotated(job, 0))).toBe(false);
    expect(await viewer.app.get(LedgerRepository).entry(`job:${job}`)).toMatchObject({ framesIn: 1, results: 1 });
  });

  it('keeps the annotated picture of a job that has none yet, and none of a request', async () => {
    const job = await newJob(viewer, 2);
    const blobs = viewer.app.get(BlobStore);
    await blobs.put(BLOBS.annotated(job, 0), Buffer.from('stored before'));
    const image = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const messages = [`job:${job}`, 'request:r', 'job:gone'].flatMap((source) =>
      [0, 1, 2].map((sequence) => encodeAnnotated({ id: 'a', source, sequence, image })),
    );
    await viewer.app.get(Publisher).publish(TOPICS.annotated, ...messages);
    await until(() => blobs.exists(BLOBS.annotated(job, 1)), 'the picture');
    expect(String(await blobs.get(BLOBS.annotated(job, 0)))).toBe('stored before');
    expect(await blobs.exists(BLOBS.annotated(job, 2))).toBe(false);
    expect(await blobs.exists(BLOBS.annotated('gone', 0))).toBe(false);
  });

  it('dead-letters what is no outcome, and takes in the others', async () => {
    const job = await newJob(viewer, 1);
    const bad = encodeOutcome(drop(job, 0, 'bored' as never));
    const values = ['{', '{}', '{"id":"a","image":{"width":1,"height":1},"objects":[{"label":"cat"}]}'];
    const results = values.map((value) => Object.assign(encodeOutcome(result(job, 0)), { value: Buffer.from(value) }));
    await viewer.app.get(Publisher).publish(TOPICS.outcomes, bad, ...results);
    await publish(viewer, result(job, 0));
    await ended(job, 'completed');
    await until(() => viewer.heard.deadLetters.length === 4, 'the dead letters');
    expect(viewer.heard.deadLetters).toEqual(Array(4).fill('bad-message'));
  });

  it('removes jobs that are out of history', async () => {
    const job = await newJob(viewer, 1);
    await publish(viewer, result(job, 0));
    await ended(job, 'completed');
    const days = 24 * 3_600_000;
    await viewer.app.get(HousekeepingService).tidy(Date.now() + 29 * days);
    expect(await jobOf(job)).toBeDefined();
    await viewer.app.get(HousekeepingService).tidy(Date.now() + 31 * days);
    await until(async () => !(await jobOf(job)), 'the removal');
  });
});
