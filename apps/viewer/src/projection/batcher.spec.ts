import { describe, expect, it } from '@jest/globals';
import { AppError } from '@kadr/errors';
import { Batcher } from './batcher.js';

describe('Batcher', () => {
  it('hands on alone what comes in a quiet time, and together what comes during a write', async () => {
    const writes: number[][] = [];
    const batcher = new Batcher<number>(async (items) => void writes.push(items));
    await Promise.all([1, 2, 3].map((item) => batcher.add(item)));
    await batcher.add(4);
    expect(writes).toEqual([[1], [2, 3], [4]]);
  });

  it('makes no batch larger than 200', async () => {
    const sizes: number[] = [];
    const batcher = new Batcher<number>(async (items) => void sizes.push(items.length));
    await Promise.all(Array.from({ length: 402 }, (_, item) => batcher.add(item)));
    expect(sizes).toEqual([1, 200, 200, 1]);
  });

  it('lets only those items fail that are at fault', async () => {
    const batcher = new Batcher<number>(async (items) => {
      if (items.includes(2)) throw new Error('two');
    });
    const settled = await Promise.allSettled([0, 1, 2, 3].map((item) => batcher.add(item)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    await expect(batcher.add(4)).resolves.toBeUndefined();
  });

  it('lets all fail at once when what they need is away', async () => {
    const sizes: number[] = [];
    const batcher = new Batcher<number>(async (items) => {
      sizes.push(items.length);
      throw new AppError('away', 'database-unavailable', 'for the test');
    });
    const settled = await Promise.allSettled([0, 1, 2, 3].map((item) => batcher.add(item)));
    expect(settled.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(sizes).toEqual([1, 3]);
  });
});
