import { describe, expect, it, jest } from '@jest/globals';
import type { JobV1, LedgerEntryDto, ResultV1 } from '@kadr/contracts';
import { call, ended, fixture, form, settledLedger } from '../support/http.js';
import { eventually, makeDir, removeDir, startKadr } from '../support/kadr.js';

jest.setTimeout(240_000);

describe('kill -9 in the middle of a job of 50 pictures', () => {
  it.each([2, 20])('finishes it after the restart with 50 results, none twice (killed after %i)', async (after) => {
    const dataDir = await makeDir();
    const picture = await fixture('motorcycle.png');
    const files = Array.from({ length: 50 }, (_, n) => ({ name: `${n}.png`, data: picture }));
    let kadr = await startKadr(dataDir);
    const { body: job } = await call<JobV1>(`${kadr.url}/v1/jobs?annotate=true`, { method: 'POST', body: form(files) });
    await eventually(
      () => call<JobV1>(`${kadr.url}/v1/jobs/${job.id}`),
      ({ body }) => body.progress.done >= after,
    );
    await kadr.kill();

    kadr = await startKadr(dataDir);
    const done = await ended(kadr.url, job.id);
    expect(done).toMatchObject({ state: 'completed', progress: { total: 50, done: 50, failed: 0 } });
    const { body: page } = await call<{ results: ResultV1[] }>(`${kadr.url}/v1/jobs/${job.id}/results?limit=100`);
    expect(page.results.map(({ sequence }) => sequence)).toEqual([...Array(50).keys()]);
    expect(new Set(page.results.map(({ id }) => id)).size).toBe(50);
    const { body: entry } = await call<LedgerEntryDto>(`${kadr.url}/v1/ledger/job:${job.id}`);
    expect(entry).toMatchObject({ framesIn: 50, results: 50, failures: 0, inFlight: 0 });
    for (const sequence of [0, 25, 49]) {
      const annotated = await fetch(`${kadr.url}/v1/jobs/${job.id}/annotated?sequence=${sequence}`);
      expect(annotated.headers.get('content-type')).toBe('image/jpeg');
    }
    await kadr.stop();
    await removeDir(dataDir);
  });

  it('settles predictions that died with the process', async () => {
    const dataDir = await makeDir();
    const picture = await fixture('motorcycle.png');
    let kadr = await startKadr(dataDir);
    const asked = Array.from({ length: 16 }, () =>
      fetch(`${kadr.url}/v1/predict`, { method: 'POST', body: form([{ name: 'm.png', data: picture }]) }).catch(
        () => null,
      ),
    );
    await Promise.race(asked);
    await kadr.kill();
    await Promise.all(asked);

    kadr = await startKadr(dataDir);
    const { total } = await settledLedger(kadr.url);
    expect(total.framesIn).toBe(total.results + total.drops.expired + total.failures);
    await kadr.stop();
    await removeDir(dataDir);
  });
});
