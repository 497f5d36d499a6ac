import { describe, expect, it } from '@jest/globals';
import { roundHalfEven } from './round.js';

describe('roundHalfEven', () => {
  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, 0],
    [-1.5, -2],
    [-2.5, -2],
    [2.4999, 2],
    [-0.1, 0],
    [7, 7],
  ])('rounds %d to %d', (value, wanted) => expect(roundHalfEven(value)).toBe(wanted));
});
