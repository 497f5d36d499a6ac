import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TOPICS, encodeJobRemoval } from '@kadr/contracts';
import type { LiveResult } from '@kadr/contracts';
import { OutcomesRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { TestClient } from './support/client.js';
import { failure, newJob, publish, result, sequences } from './support/outcomes.js';
import { startViewer, until } from './support/viewer.js';
import type { TestViewer } from './support/viewer.js';

describe('/live', () => {
  let viewer: TestViewer;
  const clients: TestClient[] = [];

  const connect = async (): Promise<TestClient> => {
    const client = await TestClient.connect(viewer.url);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    viewer = await startViewer();
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    jest.restoreAllMocks();
  });

  afterAll(() => viewer.close());

  it('sends each result once, in order of arrival, and the last state after the last result', async () => {
    const job = await newJob(viewer, 60);
    const client = await connect();
    client.watch(job);
    await until(() => client.state === 'queued', 'the job as it is');
    const order = sequences(60).toReversed();
    for (const sequence of order) await publish(viewer, result(job, sequence), result(job, sequence));
    await until(() => client.state === 'completed', 'the end');
    expect(client.sequences).toEqual(order);
    expect(client.results.map(({ cursor }) => Number(cursor))).toEqual(sequences(60).map((n) => n + 1));
    expect(client.order.at(-1)).toBe('job completed');
    expect(client.jobs.at(-1)?.progress).toEqual({ total: 60, done: 60, failed: 0 });
  });

  it('sends a finished job its results first, then its state', async () => {
    const job = await newJob(viewer, 2);
    await publish(viewer, failure(job, 0), result(job, 1));
    await until(() => viewer.heard.jobs.includes(`${job} completed`), 'the end');
    const client = await connect();
    client.watch(job);
    await until(() => client.jobs.length > 0, 'the job');
    expect(client.order).toEqual(['result 1', 'job completed']);
  });

  it('goes on after the cursor of a broken connection', async () => {
    const job = await newJob(viewer, 30);
    const first = await connect();
    first.watch(job);
    await publish(viewer, ...sequences(10).map((sequence) => result(job, sequence)));
    await until(() => first.results.length === 10, 'the first ten');
    first.close();
    await publish(viewer, ...sequences(20).map((sequence) => result(job, sequence)));
    const second = await connect();
    second.watch(job, first.results.at(-1)?.cursor);
    await until(() => second.results.length === 10, 'what came meanwhile');
    await publish(viewer, ...sequences(30).map((sequence) => result(job, sequence)));
    await until(() => second.state === 'completed', 'the end');
    expect([...first.sequences, ...second.sequences]).toEqual(sequences(30));
  });

  it('lets the results of a slow client wait in storage, and skips none', async () => {
    const reads = jest.spyOn(viewer.app.get(OutcomesRepository), 'since');
    const job = await newJob(viewer, 1000);
    const client = await connect();
    client.watch(job);
    await until(() => client.state === 'queued', 'the job');
    client.webSocket.pause();
    const large = 'x'.repeat(40_000);
    for (const sequence of sequences(1000)) await publish(viewer, result(job, sequence, large));
    await until(() => viewer.heard.jobs.includes(`${job} completed`), 'the end');
    const pages = await Promise.all(reads.mock.results.map(({ value }) => value as Promise<LiveResult[]>));
    // The operating system's buffers take some of the 40 MB.
    expect(pages.flat().length).toBeLessThan(500);
    client.webSocket.resume();
    await until(() => client.state === 'completed', 'the end at the client');
    expect(client.sequences).toEqual(sequences(1000));
  }, 30_000);

  it('stops when asked to, and says when a job is removed', async () => {
    const job = await newJob(viewer, 2);
    const [quiet, client] = [await connect(), await connect()];
    quiet.watch(job);
    client.watch(job);
    await until(() => quiet.jobs.length > 0 && client.jobs.length > 0, 'the job');
    quiet.socket.emit('unsubscribe', { source: `job:${job}` });
    await publish(viewer, result(job, 0), result(job, 1));
    await until(() => client.state === 'completed', 'the end');
    await viewer.app.get(Publisher).publish(TOPICS.jobs, encodeJobRemoval(job));
    await until(() => client.errors.length > 0, 'the removal');
    expect(client.errors).toEqual([{ code: 'not-found', source: `job:${job}`, detail: expect.stringContaining(job) }]);
    expect(quiet.order).toEqual(['job queued']);
    expect(quiet.errors).toEqual([]);
  });

  it('does not let a client that has stopped reading keep the process from stopping', async () => {
    const other = await startViewer();
    const client = await TestClient.connect(other.url);
    client.webSocket.pause();
    const began = performance.now();
    await other.close();
    expect(performance.now() - began).toBeLessThan(3000);
    client.close();
  });

  it.each([
    [{ source: 'job:none' }, 'not-found', 'GET /v1/jobs'],
    [{ source: 'camera:door' }, 'invalid-request', 'must be "job:"'],
    [{ source: 7 }, 'invalid-request', 'not 7'],
    [{ source: 'job:none', after: 'x' }, 'invalid-request', 'must be the "cursor" of a result'],
    [null, 'invalid-request', 'must be an object'],
  ])('answers %j with an error', async (message, code, detail) => {
    const client = await connect();
    client.socket.emit('subscribe', message as never);
    await until(() => client.errors.length > 0, 'the error');
    expect(client.errors[0]).toMatchObject({ code, detail: expect.stringContaining(detail) });
  });
});
