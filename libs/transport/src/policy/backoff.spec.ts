import { describe, expect, it } from '@jest/globals';
import { AppError } from '@kadr/errors';
import { pauseAfter } from './backoff.js';

const BACKOFF = { initialMs: 100, factor: 2, maxMs: 1000 };

describe('pauseAfter', () => {
  it('doubles up to its bound', () => {
    expect([1, 2, 3, 4, 5, 6].map((attempt) => pauseAfter(attempt, BACKOFF))).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  it('waits as long as the error asks for, up to its bound', () => {
    const error = (retryAfter: number) => new AppError('unavailable', 'model-loading', 'loading', { retryAfter });
    expect(pauseAfter(1, BACKOFF, error(0.5))).toBe(500);
    expect(pauseAfter(1, BACKOFF, error(60))).toBe(1000);
    expect(pauseAfter(3, BACKOFF, error(0))).toBe(400);
  });

  it('waits no longer for what is away the longer that lasts', () => {
    const error = new AppError('away', 'bus-unavailable', 'away', { retryAfter: 0.5 });
    expect([1, 5, 50].map((attempt) => pauseAfter(attempt, BACKOFF, error))).toEqual([500, 500, 500]);
  });
});
