import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { JobV1, LedgerEntryDto, ProblemDto } from '@kadr/contracts';
import { call, ended, form, predict } from '../../../test/support/http.js';
import { eventually } from '../../../test/support/kadr.js';
import { findPostgres, startPostgres } from '../../../test/support/postgres.js';
import type { TestPostgres } from '../../../test/support/postgres.js';
import { resultOf } from './support/fake-inference.js';
import { startGateway } from './support/gateway.js';
import type { TestGateway } from './support/gateway.js';
import { picture } from './support/pictures.js';

jest.setTimeout(90_000);

const programs = findPostgres();

(programs ? describe : describe.skip)('a database that goes away (skipped without PostgreSQL)', () => {
  let server: TestPostgres;
  let gateway: TestGateway;

  beforeAll(async () => {
    server = await startPostgres(programs!);
    gateway = await startGateway({ DATABASE_URL: server.url.replace('kadr@', 'kadr:secret@') });
    await gateway.inference.announce({});
    await eventually(
      () => call<{ models: unknown[] }>(`${gateway.url}/v1/models`),
      ({ body }) => body.models.length === 1,
    );
  });
  afterAll(async () => {
    await gateway.close();
    await server.stop();
  });

  it('is told with 503 and when to come back; what was accepted goes on by itself', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    gateway.inference.behaviour = async (frame) => {
      await gate;
      return resultOf(frame);
    };
    const files = await Promise.all(
      Array.from({ length: 100 }, async (_, seed) => ({ name: `${seed}.jpg`, data: await picture(seed) })),
    );
    const { body: job } = await call<JobV1>(`${gateway.url}/v1/jobs`, { method: 'POST', body: form(files) });
    await eventually(
      () => call<LedgerEntryDto>(`${gateway.url}/v1/ledger/job:${job.id}`),
      ({ body }) => body.framesIn === 64,
    );
    await server.kill();
    release();
    const answers = [
      await call<ProblemDto>(`${gateway.url}/v1/jobs/${job.id}`),
      await call<ProblemDto>(`${gateway.url}/v1/jobs`, { method: 'POST', body: form(files.slice(0, 1)) }),
      await predict(gateway.url, files[0].data),
    ];
    for (const { status, headers, body } of answers) {
      expect({ status, code: body.code, after: headers.get('retry-after') }).toEqual({
        status: 503,
        code: 'database-unavailable',
        after: '5',
      });
      expect(JSON.stringify(body)).not.toContain('secret');
    }
    await server.restart();
    expect((await ended(gateway.url, job.id)).progress).toEqual({ total: 100, done: 100, failed: 0 });
    const { body: ledger } = await call<LedgerEntryDto>(`${gateway.url}/v1/ledger/job:${job.id}`);
    expect(ledger).toMatchObject({ framesIn: 100, results: 100, failures: 0, inFlight: 0 });
  });
});
