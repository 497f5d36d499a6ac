import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ProcessesDto } from '@kadr/contracts';
import { call } from '../support/http.js';
import { eventually, makeDir, removeDir, startKadr } from '../support/kadr.js';
import type { Kadr } from '../support/kadr.js';

jest.setTimeout(180_000);

describe('what is happening', () => {
  let kadr: Kadr;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await makeDir();
    kadr = await startKadr(dataDir, { KADR_MODELS: 'objects-fast' });
  });
  afterAll(async () => {
    await kadr.stop();
    await removeDir(dataDir);
  });

  it('is told by the process itself: who it is and how each group fares', async () => {
    const list = async (): Promise<ProcessesDto> => (await call<ProcessesDto>(`${kadr.url}/v1/processes`)).body;
    const { processes, groups } = await eventually(list, (found) => found.processes.length > 0);
    expect(processes).toMatchObject([{ name: 'all-in-one', version: '0.1.0', gone: false }]);
    expect(groups).toContainEqual({
      topic: 'kadr.outcomes',
      group: 'viewer',
      messages: 0,
      seconds: 0,
      inFlight: 0,
      retries: 0,
      deadLetters: 0,
      rebalances: 0,
      restarts: 0,
      processes: 1,
    });
  });

  it('is in the metrics', async () => {
    const { body } = await call<string>(`${kadr.url}/metrics`);
    for (const name of ['kadr_consumer_lag_seconds', 'kadr_consumer_retries_total', 'kadr_consumer_dead_letters_total'])
      expect(body).toContain(`${name}{topic="kadr.jobs",group="webhooks"} 0`);
  });
});
