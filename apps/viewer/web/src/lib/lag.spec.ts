import { describe, expect, it } from '@jest/globals';
import type { GroupDto, ProcessDto } from '@kadr/contracts';
import { formatAge, summarize } from './lag.js';

const process = (gone: boolean): ProcessDto => ({
  instance: 'i',
  name: 'viewer',
  version: '1',
  startedAt: '2026-11-25T10:00:00Z',
  seenAt: '2026-11-25T10:00:00Z',
  groups: [],
  gone,
});
const counts = { inFlight: 0, retries: 0, deadLetters: 0, rebalances: 0, restarts: 0, processes: 1 };
const group = (messages: number, seconds: number): GroupDto => ({
  topic: 't',
  group: 'g',
  messages,
  seconds,
  ...counts,
});

describe('the summary of what happens', () => {
  it.each([
    [[false], [], '1 process, nothing waits'],
    [[false, false], [group(3, 1.25), group(1, 0.2)], '2 processes, 4 messages not finished, the oldest for 1.3 s'],
    [[true, false], [group(0, 0)], '1 process gone, 1 process, nothing waits'],
  ])('%j, %j: %s', (gone, groups, text) => {
    expect(summarize(gone.map(process), groups)).toBe(text);
  });
});

describe('an age', () => {
  it.each([
    [0, '–'],
    [0.412, '412 ms'],
    [119, '119 s'],
    [180, '3 min'],
  ])('of %d s is %s', (seconds, text) => {
    expect(formatAge(seconds)).toBe(text);
  });
});
