import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOPICS, encodeProcess } from '@kadr/contracts';
import type { ProcessV1, ProcessesDto } from '@kadr/contracts';
import { Publisher } from '@kadr/transport';
import { call } from '../../../test/support/http.js';
import { eventually } from '../../../test/support/kadr.js';
import { startGateway } from './support/gateway.js';
import type { TestGateway } from './support/gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

function worker(instance: string, messages: number): ProcessV1 {
  const counts = { seconds: 1, inFlight: 1, retries: 2, deadLetters: 1, rebalances: 3, restarts: 0 };
  const groups = [{ topic: 'kadr.frames.objects.batch', group: 'inference', messages, ...counts }];
  return { instance, name: 'inference', version: '1', startedAt: `2026-11-25T10:00:0${instance}.000Z`, groups };
}

describe('GET /v1/processes', () => {
  const list = async (): Promise<ProcessesDto> => (await call<ProcessesDto>(`${gateway.url}/v1/processes`)).body;

  it('lists the processes that announce themselves, with their groups summed', async () => {
    const bus = gateway.app.get(Publisher);
    await bus.publish(TOPICS.processes, encodeProcess(worker('1', 3)), encodeProcess(worker('2', 4)));
    const { processes, groups } = await eventually(list, (found) => found.processes.length === 2);
    const seen = { seenAt: expect.stringMatching(/^20/), gone: false };
    expect(processes).toEqual([Object.assign(worker('1', 3), seen), Object.assign(worker('2', 4), seen)]);
    expect(groups).toMatchObject([
      {
        group: 'inference',
        messages: 7,
        seconds: 1,
        inFlight: 2,
        retries: 4,
        deadLetters: 2,
        rebalances: 6,
        processes: 2,
      },
    ]);
  });

  it('no longer has one that took its leave', async () => {
    await gateway.app.get(Publisher).publish(TOPICS.processes, { ...encodeProcess(worker('1', 0)), value: null });
    const { groups } = await eventually(list, (found) => found.processes.length === 1);
    expect(groups).toMatchObject([{ messages: 4, processes: 1 }]);
  });
});
