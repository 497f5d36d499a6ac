import { describe, expect, it } from '@jest/globals';
import { FairQueue } from './fair-queue.js';

const items = (jobId: string, count: number) => Array.from({ length: count }, (_, sequence) => ({ jobId, sequence }));
const any = () => true;

describe('FairQueue', () => {
  it('serves jobs in turn, each in its own order', () => {
    const queue = new FairQueue<{ jobId: string; sequence: number }>();
    queue.add([...items('big', 4), ...items('small', 1)]);
    const order = Array.from({ length: 5 }, () => queue.next(any)).map((item) => `${item?.jobId}${item?.sequence}`);
    expect(order).toEqual(['big0', 'small0', 'big1', 'big2', 'big3']);
    expect(queue.next(any)).toBeUndefined();
    expect(queue.isEmpty).toBe(true);
  });

  it('passes over jobs that may not go', () => {
    const queue = new FairQueue<{ jobId: string; sequence: number }>();
    queue.add([...items('full', 2), ...items('free', 1)]);
    expect(queue.next((job) => job === 'free')?.jobId).toBe('free');
    expect(queue.next((job) => job === 'free')).toBeUndefined();
    expect(queue.jobs).toEqual(['full']);
  });

  it('gives back what is left of a job', () => {
    const queue = new FairQueue<{ jobId: string; sequence: number }>();
    queue.add(items('a', 3));
    queue.next(any);
    expect(queue.take('a').map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(queue.take('a')).toEqual([]);
    expect(queue.isEmpty).toBe(true);
  });
});
