import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TOPICS, encodeLiveJob } from '@kadr/contracts';
import { JobsRepository, OutcomesRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { LiveHub } from '../src/live/live-hub.js';
import { TestClient } from './support/client.js';
import { newJob, publish, result, sequences } from './support/outcomes.js';
import { startViewer, until } from './support/viewer.js';
import type { TestViewer } from './support/viewer.js';

describe('several viewers', () => {
  let viewer: TestViewer;
  let client: TestClient;

  beforeAll(async () => {
    viewer = await startViewer();
    client = await TestClient.connect(viewer.url);
  });

  afterAll(async () => {
    client.close();
    await viewer.close();
  });

  /** As another viewer does it: recorded in the database that they share, and told over the bus. */
  async function recordElsewhere(job: string, ...numbers: number[]): Promise<void> {
    await viewer.app.get(OutcomesRepository).record(numbers.map((sequence) => result(job, sequence)));
    const changed = await viewer.app.get(JobsRepository).summary(job);
    await viewer.app.get(Publisher).publish(TOPICS.live, encodeLiveJob('other', { jobId: job, job: changed }));
  }

  it('send what any of them has recorded to those who watch, each result once and the end last', async () => {
    const job = await newJob(viewer, 6);
    client.watch(job);
    await until(() => client.state === 'queued', 'the job as it is');
    await recordElsewhere(job, 0, 1);
    await until(() => client.results.length === 2, 'what another viewer recorded');
    await publish(viewer, result(job, 2), result(job, 3));
    await until(() => client.results.length === 4, 'what this one recorded');
    await recordElsewhere(job, 4);
    await recordElsewhere(job, 5);
    await until(() => client.state === 'completed', 'the end');
    expect(client.sequences).toEqual(sequences(6));
    expect(client.order.at(-1)).toBe('job completed');
    await viewer.app.get(Publisher).publish(TOPICS.live, encodeLiveJob('other', { jobId: job, job: undefined }));
    await until(() => client.errors.length > 0, 'the removal');
    expect(client.errors).toMatchObject([{ code: 'not-found', source: `job:${job}` }]);
  });

  it('tell each other what they record, and do not heed themselves', async () => {
    const notified = jest.spyOn(viewer.app.get(LiveHub), 'notify');
    const job = await newJob(viewer, 1);
    await publish(viewer, result(job, 0));
    await until(() => viewer.heard.live.includes(`${job} completed`), 'the word for the others');
    expect(notified.mock.calls.filter(([{ id }]) => id === job)).toHaveLength(1);
  });
});
