import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JobV1, LedgerDto, LedgerEntryDto } from '@kadr/contracts';
import { LedgerRepository, UploadsRepository } from '@kadr/storage';
import { call, ended, form } from '../../../test/support/http.js';
import { eventually } from '../../../test/support/kadr.js';
import { startGateway } from './support/gateway.js';
import type { TestGateway } from './support/gateway.js';
import { picture } from './support/pictures.js';

let dataDir: string;
let gateway: TestGateway;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kadr-restart-'));
});
afterEach(async () => {
  await gateway.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
});

async function start(): Promise<void> {
  gateway = await startGateway({}, dataDir);
  await gateway.inference.announce({});
  await eventually(
    () => call<{ models: unknown[] }>(`${gateway.url}/v1/models`),
    ({ body }) => body.models.length === 1,
  );
}

describe('a gateway that starts again', () => {
  it('goes on with pictures that were not published, each once', async () => {
    await start();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    // Its handlers end, as a worker's do when it stops, without an outcome: the frames are delivered again.
    gateway.inference.behaviour = async () => {
      await gate;
      throw new Error('stopped');
    };
    const files = await Promise.all(
      Array.from({ length: 100 }, async (_, seed) => ({ name: `${seed}.jpg`, data: await picture(seed) })),
    );
    const { body: job } = await call<JobV1>(`${gateway.url}/v1/jobs`, { method: 'POST', body: form(files) });
    await eventually(
      () => call<LedgerEntryDto>(`${gateway.url}/v1/ledger/job:${job.id}`),
      ({ body }) => body.framesIn === 64,
    );
    expect(await gateway.app.get(UploadsRepository).pending([job.id], 100)).toHaveLength(36);
    setTimeout(release, 100);
    await gateway.close();
    await start();
    expect((await ended(gateway.url, job.id)).progress).toEqual({ total: 100, done: 100, failed: 0 });
    const { body: ledger } = await call<LedgerEntryDto>(`${gateway.url}/v1/ledger/job:${job.id}`);
    expect(ledger).toMatchObject({ framesIn: 100, results: 100, inFlight: 0 });
  }, 60_000);

  it('says of live frames that died with the process that they expired', async () => {
    await start();
    await gateway.app.get(LedgerRepository).addPublished('request:earlier', 3);
    await gateway.close();
    await start();
    const { body } = await eventually(
      () => call<LedgerDto>(`${gateway.url}/v1/ledger`),
      ({ body }) => body.total.inFlight === 0,
    );
    expect(body.sources.find(({ source }) => source === 'request:earlier')).toMatchObject({
      framesIn: 3,
      drops: { expired: 3 },
    });
  });

  it('throws away what uploads left behind', async () => {
    await start();
    const folder = join(dataDir, 'tmp', 'gateway');
    await writeFile(join(folder, 'left-behind'), 'x');
    await gateway.close();
    await start();
    expect(await readdir(folder)).toEqual([]);
  });
});
