import { describe, expect, it } from '@jest/globals';
import type { GroupReadingV1, ProcessV1 } from '@kadr/contracts';
import { ProcessesService } from './processes.service.js';

const START = Date.parse('2026-11-25T10:00:00Z');

function reading(fields: Partial<GroupReadingV1> = {}): GroupReadingV1 {
  const counts = { messages: 0, seconds: 0, inFlight: 0, retries: 0, deadLetters: 0, rebalances: 0, restarts: 0 };
  return { topic: 'frames', group: 'inference', ...counts, ...fields };
}

function process(instance: string, ...groups: GroupReadingV1[]): ProcessV1 {
  const startedAt = new Date(START + Number(instance)).toISOString();
  return { instance, name: 'inference', version: '1', startedAt, groups };
}

describe('ProcessesService', () => {
  it('sums each group and topic over the processes, and takes the age of the oldest message', () => {
    const service = new ProcessesService();
    const busy = { messages: 3, seconds: 2, inFlight: 1, retries: 4, deadLetters: 1, rebalances: 2, restarts: 1 };
    service.learn('2', process('2', reading(busy), reading({ topic: 'jobs' })), START, START);
    service.learn('1', process('1', reading({ ...busy, seconds: 5 })), START, START);
    const { processes, groups } = service.list(START);
    expect(processes.map(({ instance }) => instance)).toEqual(['1', '2']);
    const sum = { messages: 6, seconds: 5, inFlight: 2, retries: 8, deadLetters: 2, rebalances: 4, restarts: 2 };
    expect(groups).toEqual([
      { topic: 'frames', group: 'inference', ...sum, processes: 2 },
      Object.assign(reading({ topic: 'jobs' }), { processes: 1 }),
    ]);
  });

  it('shows a silent process as gone, out of the sums, and forgets it in the end', () => {
    const service = new ProcessesService();
    service.learn('1', process('1', reading()), START, START);
    expect(service.list(START + 15_000).processes).toMatchObject([{ gone: false }]);
    expect(service.list(START + 15_001)).toMatchObject({ processes: [{ gone: true }], groups: [] });
    expect(service.list(START + 600_001).processes).toEqual([]);
  });

  it('believes its own clock for a process that goes on talking', () => {
    const service = new ProcessesService();
    const hour = 3_600_000;
    service.learn('1', process('1'), START - hour, START);
    service.learn('2', process('2'), START + hour, START);
    expect(service.list(START).processes).toMatchObject([{ gone: true }, { gone: false }]);
    service.learn('1', process('1'), START - hour, START + 5000);
    expect(service.list(START + 15_001).processes).toMatchObject([{ gone: false }, { gone: true }]);
  });

  it('forgets a process that takes its leave', () => {
    const service = new ProcessesService();
    service.learn('1', process('1', reading()), START, START);
    service.learn('1', undefined, START, START);
    expect(service.list(START)).toEqual({ processes: [], groups: [] });
  });
});
