import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { murmur2, Partitioner } from './murmur2.js';

describe('murmur2', () => {
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as the vectors of the Java client do', (text, hash) => {
    expect(murmur2(new TextEncoder().encode(text))).toBe(hash);
  });
});

describe('Partitioner', () => {
  it('puts a key into one partition, always within range', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
        const partition = new Partitioner(partitions).partitionOf(key);
        expect(partition).toBe(new Partitioner(partitions).partitionOf(key));
        expect(partition).toBeGreaterThanOrEqual(0);
        expect(partition).toBeLessThan(partitions);
      }),
    );
  });

  it('deals messages without a key out in turn', () => {
    const partitioner = new Partitioner(3);
    expect([1, 2, 3, 4].map(() => partitioner.partitionOf(null))).toEqual([0, 1, 2, 0]);
  });
});
