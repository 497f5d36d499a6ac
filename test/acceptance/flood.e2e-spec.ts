import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { call, fixture, predict, settledLedger } from '../support/http.js';
import { makeDir, removeDir, startKadr } from '../support/kadr.js';
import type { Kadr } from '../support/kadr.js';

jest.setTimeout(240_000);

const PICTURES = 300;
const MIB = 1024 * 1024;

let kadr: Kadr;
let dataDir: string;

beforeAll(async () => {
  dataDir = await makeDir();
  kadr = await startKadr(dataDir);
});

afterAll(async () => {
  await kadr.stop();
  await removeDir(dataDir);
});

/** Resident memory of the process, in MiB. */
async function resident(): Promise<number> {
  const status = await readFile(`/proc/${kadr.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** The 99th percentile of the event loop's delay since the last scrape, in milliseconds. */
async function loopDelay(): Promise<number> {
  const { body } = await call<string>(`${kadr.url}/metrics`);
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(body)?.[1]) * 1000;
}

describe('a flood of 300 pictures at concurrency 32, a poison one every ten', () => {
  it('answers every one, keeps the ledger exact, the event loop free and memory flat', async () => {
    const good = await sharp(await fixture('motorcycle.png'))
      .resize(1280, 720)
      .jpeg()
      .toBuffer();
    const poisons = [Buffer.from('poison'), good.subarray(0, good.length >> 1), Buffer.alloc(0)];
    await Promise.all(Array.from({ length: 8 }, () => predict(kadr.url, good)));
    await loopDelay();

    const memory: number[] = [];
    const limit = pLimit(32);
    const answers = await Promise.all(
      Array.from({ length: PICTURES }, (_, n) =>
        limit(async () => {
          const poison = n % 10 === 9;
          const { status, body } = await predict(kadr.url, poison ? poisons[((n - 9) / 10) % 3] : good);
          if (n % 10 === 0) memory.push(await resident());
          return { poison, status, found: body.objects?.length, code: body.code };
        }),
      ),
    );
    const delay = await loopDelay();

    for (const answer of answers) {
      if (answer.poison) {
        expect([415, 422]).toContain(answer.status);
        expect(['unsupported-media', 'damaged-picture', 'empty-upload']).toContain(answer.code);
      } else {
        expect(answer).toMatchObject({ status: 200, found: expect.any(Number) });
        expect(answer.found).toBeGreaterThan(0);
      }
    }
    const { total } = await settledLedger(kadr.url);
    expect(total.results).toBe(PICTURES * 0.9 + 8);
    expect(total.framesIn).toBe(total.results + total.failures);
    expect(delay).toBeLessThan(50);
    const half = memory.slice(memory.length >> 1);
    expect(Math.max(...half) - half[0]).toBeLessThan(100);
    expect(Math.max(...memory) * MIB).toBeLessThan(1600 * MIB);
  });
});
