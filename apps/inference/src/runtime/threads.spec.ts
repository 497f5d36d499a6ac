import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { planThreads } from './threads.js';

const CHOOSE = { INFERENCE_WORKERS: 0, INFERENCE_THREADS: 0 };

describe('planThreads', () => {
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [8, 8, 1],
    [16, 8, 2],
    [128, 8, 4],
  ])('on %i cores: %i workers of %i threads', (cores, workers, threads) => {
    expect(planThreads(CHOOSE, cores)).toEqual({ workers, threads });
  });

  it('does what the environment says', () => {
    expect(planThreads({ INFERENCE_WORKERS: 3, INFERENCE_THREADS: 5 }, 2)).toEqual({ workers: 3, threads: 5 });
  });

  it('never asks for more threads than there are cores', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 512 }), (cores) => {
        const { workers, threads } = planThreads(CHOOSE, cores);
        expect(workers * threads).toBeLessThanOrEqual(cores);
      }),
    );
  });
});
