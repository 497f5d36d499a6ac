import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { batchNorm, fold, fromConv2d, fromDepthwise } from './kernels.js';

const sides = fc.integer({ min: 1, max: 4 });

/** 0, 1, 2, … so that each value tells where it came from. */
function counted(length: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => at);
}

describe('kernels', () => {
  it('turns a kernel of TensorFlow into one of ONNX', () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, (height, width, inputs, outputs) => {
        const { data, shape, bias } = fromConv2d(counted(height * width * inputs * outputs), [
          height,
          width,
          inputs,
          outputs,
        ]);
        expect([shape, [...bias]]).toEqual([[outputs, inputs, height, width], Array(outputs).fill(0)]);
        data.forEach((from, to) => {
          const pixel = to % (height * width);
          const input = Math.floor(to / (height * width)) % inputs;
          const output = Math.floor(to / (height * width * inputs));
          expect(from).toBe((pixel * inputs + input) * outputs + output);
        });
      }),
    );
  });

  it('turns a depthwise kernel into one of one group a channel', () => {
    const { data, shape } = fromDepthwise(counted(2 * 1 * 3 * 2), [2, 1, 3, 2]);
    expect(shape).toEqual([6, 1, 2, 1]);
    expect([...data]).toEqual([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
  });

  it('folds a factor and a shift of each channel', () => {
    const kernel = {
      data: Float32Array.of(1, 2, 3, 4),
      shape: [2, 2, 1, 1] as [number, number, number, number],
      bias: Float32Array.of(1, 1),
    };
    const folded = fold(kernel, [2, 10], [0.5, 0]);
    expect([...folded.data, ...folded.bias]).toEqual([2, 4, 30, 40, 2.5, 10]);
    expect([...fold(kernel, undefined, [1, 2]).bias]).toEqual([2, 3]);
    expect([...fold(kernel, [3, 3]).data]).toEqual([3, 6, 9, 12]);
  });

  it('reads batch normalisation as a factor and a shift', () => {
    const value = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(
        value,
        value,
        value,
        value,
        fc.double({ min: 0, max: 9, noNaN: true }),
        (x, gamma, beta, mean, variance) => {
          const { factor, shift } = batchNorm([gamma], [beta], [mean], [variance], 0.001);
          const expected = (gamma * (x - mean)) / Math.sqrt(variance + 0.001) + beta;
          expect(Math.abs(factor[0] * x + shift[0] - expected)).toBeLessThan(1e-3);
        },
      ),
    );
  });
});
