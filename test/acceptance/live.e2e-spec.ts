import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import type { JobV1, LiveClientEvents, LiveError, LiveResult, LiveServerEvents } from '@kadr/contracts';
import { call, ended, fixture, form } from '../support/http.js';
import { eventually, makeDir, removeDir, startKadr } from '../support/kadr.js';
import type { Kadr } from '../support/kadr.js';

jest.setTimeout(180_000);

let kadr: Kadr;
let dataDir: string;
const sockets: Socket<LiveServerEvents, LiveClientEvents>[] = [];

beforeAll(async () => {
  dataDir = await makeDir();
  kadr = await startKadr(dataDir);
});

afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await kadr.stop();
  await removeDir(dataDir);
});

function watch(source: string, after?: string) {
  const socket: Socket<LiveServerEvents, LiveClientEvents> = io(`${kadr.url}/live`, {
    transports: ['websocket'],
    forceNew: true,
  });
  sockets.push(socket);
  const results: LiveResult[] = [];
  const jobs: JobV1[] = [];
  const errors: LiveError[] = [];
  socket.on('result', (result) => results.push(result));
  socket.on('job', (job) => jobs.push(job));
  socket.on('error', (error) => errors.push(error));
  socket.emit('subscribe', { source, after });
  return { socket, results, jobs, errors };
}

async function submit(count: number): Promise<string> {
  const apple = await fixture('apple.jpg');
  const files = Array.from({ length: count }, (_, n) => ({ name: `${n}.jpg`, data: apple }));
  const { body } = await call<JobV1>(`${kadr.url}/v1/jobs`, { method: 'POST', body: form(files) });
  return body.id;
}

describe('/live', () => {
  it('sends each result of a job once, then its final state', async () => {
    const id = await submit(20);
    const { results, jobs } = watch(`job:${id}`);
    await eventually(
      () => jobs.at(-1)?.state,
      (state) => state === 'completed',
    );
    expect(results.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
    expect(results[0]).toMatchObject({
      source: { kind: 'job', id },
      cursor: expect.any(String),
      objects: expect.any(Array),
    });
    expect(jobs.at(-1)?.progress).toEqual({ total: 20, done: 20, failed: 0 });
  });

  it('resumes after the last cursor seen', async () => {
    const id = await submit(6);
    await ended(kadr.url, id);
    const whole = watch(`job:${id}`);
    await eventually(
      () => whole.results.length,
      (length) => length === 6,
    );
    const rest = watch(`job:${id}`, whole.results[3].cursor);
    await eventually(
      () => rest.jobs.length,
      (length) => length > 0,
    );
    await eventually(
      () => rest.results.length,
      (length) => length === 2,
    );
    expect(rest.results).toEqual(whole.results.slice(4));
  });

  it('says what is wrong with a source that does not exist', async () => {
    const { errors } = watch('job:00000000-0000-7000-8000-000000000000');
    await eventually(
      () => errors.length,
      (length) => length === 1,
    );
    expect(errors[0]).toMatchObject({ code: 'not-found', detail: expect.any(String) });
  });
});
