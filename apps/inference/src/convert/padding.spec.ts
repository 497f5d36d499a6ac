import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { samePadding, validPadding } from './padding.js';

const windows = fc.record({
  size: fc.integer({ min: 1, max: 64 }),
  kernel: fc.integer({ min: 1, max: 7 }),
  stride: fc.integer({ min: 1, max: 4 }),
  dilation: fc.integer({ min: 1, max: 3 }),
});

describe('samePadding', () => {
  it('puts an odd pixel after, as TensorFlow does', () => {
    const window = { kernel: 3, stride: 2, dilation: 1 };
    expect(samePadding({ ...window, size: 300 })).toEqual({ before: 0, after: 1, output: 150 });
    expect(samePadding({ ...window, size: 75 })).toEqual({ before: 1, after: 1, output: 38 });
    expect(samePadding({ ...window, stride: 1, size: 19 })).toEqual({ before: 1, after: 1, output: 19 });
  });

  it('makes room for exactly size / stride windows', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const { before, after, output } = samePadding(window);
        const padded = { ...window, size: window.size + before + after };
        expect(output).toBe(Math.ceil(window.size / window.stride));
        expect(validPadding(padded).output).toBe(output);
        expect(after - before).toBeGreaterThanOrEqual(0);
        expect(after - before).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('validPadding', () => {
  it('counts the windows that lie within', () => {
    fc.assert(
      fc.property(windows, (window) => {
        const reach = (window.kernel - 1) * window.dilation + 1;
        let count = 0;
        for (let at = 0; at + reach <= window.size; at += window.stride) count++;
        expect(validPadding(window)).toEqual({ before: 0, after: 0, output: count });
      }),
    );
  });
});
