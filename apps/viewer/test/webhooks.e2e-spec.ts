import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TOPICS, encodeJob } from '@kadr/contracts';
import type { JobV1 } from '@kadr/contracts';
import { JobsRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { drop, failure, newJob, publish, result } from './support/outcomes.js';
import { startViewer, until } from './support/viewer.js';
import type { TestViewer } from './support/viewer.js';

let viewer: TestViewer;
let receiver: Server;
let webhook: string;
/** Statuses of the next answers; 200 when there is none. */
let statuses: number[];
let received: { headers: IncomingHttpHeaders; body: JobV1 }[];

beforeAll(async () => {
  viewer = await startViewer(undefined, { ALLOW_PRIVATE_URLS: 'true' });
  receiver = createServer((request, response) => {
    void json(request).then((body) => {
      received.push({ headers: request.headers, body: body as JobV1 });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  webhook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?token=secret`;
});
afterAll(async () => {
  await viewer.close();
  receiver.closeAllConnections();
  receiver.close();
});
beforeEach(() => {
  statuses = [];
  received = [];
});

const logged = () => viewer.log.lines.filter(({ event }) => event === 'webhook');
const delivered = (job: string, state: string) =>
  until(
    () => logged().some(({ fields }) => JSON.stringify(fields).includes(`"job":"${job}","state":"${state}"`)),
    `the delivery of ${job} ${state}`,
  );
const jobOf = (id: string) => viewer.app.get(JobsRepository).summary(id);

describe('webhooks', () => {
  it('get the job once, when it has completed', async () => {
    const job = await newJob(viewer, 2, { webhook });
    await publish(viewer, result(job, 0), failure(job, 1));
    await delivered(job, 'completed');
    expect(received).toEqual([{ headers: expect.any(Object), body: await jobOf(job) }]);
    const [{ headers, body }] = received;
    expect(body).toMatchObject({ id: job, state: 'completed', progress: { total: 2, done: 1, failed: 1 } });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': `${job}-completed`,
      'idempotency-key': `${job}-completed`,
    });
    expect(logged().at(-1)?.fields).toMatchObject({ to: new URL(webhook).origin, status: 200, attempt: 1 });
    expect(JSON.stringify(viewer.log.lines)).not.toContain('secret');
  });

  it('are tried again with the same id after a failure', async () => {
    statuses = [500];
    const job = await newJob(viewer, 1, { webhook });
    await publish(viewer, failure(job, 0));
    await delivered(job, 'failed');
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([`${job}-failed`, `${job}-failed`]);
    expect(logged().at(-1)?.fields).toMatchObject({ attempt: 2 });
  });

  it('hear of a cancellation once it is final', async () => {
    const job = await newJob(viewer, 2, { webhook });
    const word = Object.assign((await jobOf(job))!, { state: 'cancelled' });
    await viewer.app.get(Publisher).publish(TOPICS.jobs, encodeJob(word));
    await publish(viewer, drop(job, 0, 'cancelled'), drop(job, 1, 'cancelled'));
    await delivered(job, 'cancelled');
    expect(received.map(({ body }) => [body.id, body.state, body.finishedAt])).toEqual([
      [job, 'cancelled', expect.any(String)],
    ]);
  });

  it('that may not be reached go to the dead letters at once', async () => {
    const job = await newJob(viewer, 1, { webhook: 'http://169.254.169.254/' });
    await publish(viewer, result(job, 0));
    await until(() => viewer.heard.deadLetters.includes('url-refused'), 'the dead letter');
    expect(received).toEqual([]);
  });
});
