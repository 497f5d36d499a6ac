import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@kadr/errors';
import { eventually } from '../../../test/support/kadr.js';
import { AdoptionService } from '../src/ingest/adoption.service.js';
import { startIngest } from './support/ingest.js';
import type { TestIngest } from './support/ingest.js';

let dataDir: string;
let here: TestIngest[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kadr-several-'));
  here = [];
});
afterEach(async () => {
  for (const gateway of here) await gateway.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
});

async function start(environment: Record<string, string> = {}): Promise<TestIngest> {
  const gateway = await startIngest(dataDir, environment);
  here.push(gateway);
  return gateway;
}

/** As `kill -9` does it: nothing of the process happens any more, and nothing was given back. */
async function kill(gateway: TestIngest): Promise<void> {
  here.splice(here.indexOf(gateway), 1);
  await gateway.die();
}

async function rounds(count: number, ...gateways: TestIngest[]): Promise<void> {
  for (let round = 0; round < count; round++) {
    for (const { module } of gateways) await module.get(AdoptionService).round();
  }
}

const published = (...gateways: TestIngest[]): string[] => gateways.flatMap(({ bus }) => bus.frames).toSorted();
const framesOf = (job: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${job}/${n}`);

async function untilPublished(count: number, ...gateways: TestIngest[]): Promise<void> {
  await eventually(
    () => published(...gateways),
    (frames) => frames.length >= count,
  );
}

describe('several gateways on one database', () => {
  it('each publish their own jobs, whatever rounds the others make', async () => {
    const [one, two] = [await start(), await start()];
    const jobs = [await one.create(8), await two.create(8)];
    await rounds(10, one, two);
    await untilPublished(16, one, two);
    expect(published(one)).toEqual(framesOf(jobs[0], 8));
    expect(published(two)).toEqual(framesOf(jobs[1], 8));
    await eventually(
      () => one.pending(jobs[0]),
      ({ length }) => length === 0,
    );
  });

  it('take over from one that died, and publish what it had not, each picture once', async () => {
    const one = await start();
    one.bus.refuse(new AppError('away', 'bus-unavailable', 'for the test'), 3);
    const job = await one.create(6);
    await untilPublished(3, one);
    await eventually(
      () => one.pending(job),
      ({ length }) => length === 3,
    );
    await kill(one);
    const two = await start();
    await rounds(4, two);
    expect(published(two)).toEqual([]);
    await rounds(2, two);
    await untilPublished(6, one, two);
    expect(published(one, two)).toEqual(framesOf(job, 6));
  });

  it('take over at once what one left that shut down in order', async () => {
    const one = await start();
    one.bus.refuse(new AppError('away', 'bus-unavailable', 'for the test'), 2);
    const job = await one.create(6);
    await untilPublished(2, one);
    here.shift();
    await one.close();
    const two = await start();
    await untilPublished(6, one, two);
    expect(published(one, two)).toEqual(framesOf(job, 6));
  });

  it('leave a job to the one that took it over from a gateway that stood still', async () => {
    const one = await start();
    one.bus.refuse(new AppError('away', 'bus-unavailable', 'for the test'), 0);
    const job = await one.create(4);
    const two = await start();
    await rounds(6, two);
    await untilPublished(4, two);
    await rounds(1, one);
    one.bus.accept();
    const next = await one.create(1);
    await untilPublished(5, one, two);
    expect(published(two)).toEqual(framesOf(job, 4));
    expect(published(one)).toEqual(framesOf(next, 1));
  });

  it('take everything at the start when the bus is embedded, for then there is nobody else', async () => {
    const one = await start();
    one.bus.refuse(new AppError('away', 'bus-unavailable', 'for the test'), 1);
    const job = await one.create(3);
    await untilPublished(1, one);
    await kill(one);
    const two = await start({ KAFKA_BROKERS: '' });
    await untilPublished(3, one, two);
    expect(published(one, two)).toEqual(framesOf(job, 3));
  });
});

describe('a picture that cannot be published', () => {
  it('waits for what is away, for as long as that takes', async () => {
    const one = await start();
    one.bus.refuse(new AppError('away', 'bus-unavailable', 'for the test'), 0);
    const job = await one.create(1);
    await eventually(
      () => one.bus.refused,
      (refused) => refused > 5,
      60_000,
    );
    one.bus.accept();
    await untilPublished(1, one);
    expect(published(one)).toEqual(framesOf(job, 1));
    expect(one.bus.failures).toEqual([]);
  }, 90_000);

  it('fails when it is at fault itself', async () => {
    const one = await start();
    one.bus.refuse(new AppError('too-large', 'upload-too-large', 'for the test'), 0);
    const job = await one.create(1);
    await eventually(
      () => one.bus.failures,
      ({ length }) => length > 0,
    );
    expect(one.bus.failures).toEqual([`${job}/0 upload-too-large`]);
    expect(
      await eventually(
        () => one.pending(job),
        ({ length }) => length === 0,
      ),
    ).toEqual([]);
  });
});
