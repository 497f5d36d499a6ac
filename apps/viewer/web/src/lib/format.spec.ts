import { describe, expect, it } from '@jest/globals';
import { formatAgo, formatBytes, formatCount, formatMs, formatPercent, plural } from './format.js';

describe('formats', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [44_587_283, '44.6 MB'],
    [5e12, '5000 GB'],
  ])('%d bytes', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [8.13, '8.1 ms'],
    [412.4, '412 ms'],
    [1940, '1.9 s'],
    [61_000, '61 s'],
  ])('%d milliseconds', (ms, text) => expect(formatMs(ms)).toBe(text));

  it('parts, counts and plurals', () => {
    expect(formatPercent(0.934)).toBe('93 %');
    expect(formatPercent(0.0051, 1)).toBe('0.5 %');
    expect(formatCount(12_345)).toBe('12 345');
    expect([plural(1, 'picture'), plural(0, 'picture'), plural(2, 'box', 'boxes')]).toEqual([
      '1 picture',
      '0 pictures',
      '2 boxes',
    ]);
  });

  it('how long ago', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(formatAgo('2026-11-22T12:00:05Z', now)).toBe('just now');
    expect(formatAgo('2026-11-22T11:55:00Z', now)).toBe('5 min ago');
    expect(formatAgo('2026-11-22T09:00:00Z', now)).toBe('3 h ago');
    expect(formatAgo('2026-11-20T09:00:00Z', now)).toBe('20 Nov');
  });
});
