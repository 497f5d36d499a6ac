import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { editDistance, nearest } from './nearest.js';

describe('nearest', () => {
  it.each([
    ['persn', 'person'],
    ['Person', 'person'],
    ['motorbike', undefined],
    ['motorcicle', 'motorcycle'],
    ['unicorn', undefined],
  ])('takes %s for %s', (word, wanted) => {
    expect(nearest(word, ['person', 'car', 'motorcycle', 'cup'])).toBe(wanted);
  });

  it('knows nothing among nothing', () => expect(nearest('a', [])).toBeUndefined());
});

describe('editDistance', () => {
  it('is a distance', () => {
    const word = string({ maxLength: 8 });
    assert(
      property(word, word, word, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});
