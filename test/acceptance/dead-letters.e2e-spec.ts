import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DeadLetterDetailsDto, DeadLettersPageDto, JobV1, LedgerEntryDto, ReplayDto } from '@kadr/contracts';
import { MENDED, PICTURES, makeDeadLetters } from '../support/dead-letters.js';
import { call, fixture } from '../support/http.js';
import { eventually, makeDir, removeDir, startKadr } from '../support/kadr.js';
import type { Kadr } from '../support/kadr.js';

jest.setTimeout(240_000);

describe('pictures that a limit kept from being looked at', () => {
  let kadr: Kadr;
  let dataDir: string;
  let job: string;

  beforeAll(async () => {
    dataDir = await makeDir();
    job = await makeDeadLetters(dataDir);
    kadr = await startKadr(dataDir, MENDED);
  });

  afterAll(async () => {
    await kadr?.stop();
    await removeDir(dataDir);
  });

  const jobNow = () => call<JobV1>(`${kadr.url}/v1/jobs/${job}`);
  const ledger = async () => (await call<LedgerEntryDto>(`${kadr.url}/v1/ledger/job:${job}`)).body;
  const letters = async (query = '') => (await call<DeadLettersPageDto>(`${kadr.url}/v1/dead-letters${query}`)).body;

  it('have failed their job, and say why', async () => {
    expect((await jobNow()).body).toMatchObject({ state: 'failed', progress: { done: 0, failed: PICTURES } });
    const { deadLetters } = await letters('?code=too-many-pixels&replayed=false');
    expect(deadLetters.map(({ sequence }) => sequence).toSorted((a, b) => a! - b!)).toEqual([
      ...Array(PICTURES).keys(),
    ]);
    const { body: letter } = await call<DeadLetterDetailsDto>(kadr.url + deadLetters[0].links.self);
    expect(letter).toMatchObject({
      topic: 'kadr.frames.objects.batch',
      group: 'inference',
      source: `job:${job}`,
      attempts: 1,
      reason: expect.stringContaining('1280 x 720'),
      headers: { ce_type: 'kadr.frame.v1', ce_width: '1280' },
      links: { job: `/v1/jobs/${job}` },
    });
  });

  it('can be looked at', async () => {
    const [{ links }] = (await letters()).deadLetters;
    const response = await fetch(kadr.url + links.value!);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await response.arrayBuffer()).equals(await fixture('street-1280x720.jpg'))).toBe(true);
  });

  it('are looked for once the limit is raised: one, then all, and the account is exact', async () => {
    const [{ links }] = (await letters()).deadLetters;
    expect((await call(kadr.url + links.replay, { method: 'POST' })).status).toBe(202);
    const { body: one } = await eventually(jobNow, ({ body }) => body.progress.done === 1);
    expect(one).toMatchObject({ state: 'completed', progress: { failed: PICTURES - 1 } });
    expect(await ledger()).toMatchObject({ framesIn: PICTURES, results: 1, failures: PICTURES - 1, inFlight: 0 });

    const { body } = await call<ReplayDto>(`${kadr.url}/v1/dead-letters/replay`, { method: 'POST' });
    expect(body).toEqual({ replayed: PICTURES - 1, skipped: 0 });
    const { body: all } = await eventually(jobNow, ({ body: { progress } }) => progress.done === PICTURES);
    expect(all).toMatchObject({ state: 'completed', progress: { failed: 0 } });
    expect(all.items?.map(({ state }) => state)).toEqual(Array(PICTURES).fill('done'));
    expect(await ledger()).toMatchObject({ framesIn: PICTURES, results: PICTURES, failures: 0, inFlight: 0 });
    expect((await letters()).waiting).toBe(0);
  });
});
