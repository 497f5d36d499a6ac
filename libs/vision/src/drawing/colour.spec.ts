import { describe, expect, it } from '@jest/globals';
import { classColour, textColour } from './colour.js';

const COCO = Array.from({ length: 80 }, (_, id) => id);

describe('classColour', () => {
  it('is the same for a class every time, and another for each of 80 classes', () => {
    expect(classColour(17)).toEqual(classColour(17));
    expect(new Set(COCO.map((id) => classColour(id).join())).size).toBe(80);
  });

  it('differs clearly between neighbours in the list', () => {
    for (const id of COCO) {
      const [a, b] = [classColour(id), classColour(id + 1)];
      expect(a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0)).toBeGreaterThan(100);
    }
  });

  it('gives whole levels for any number', () => {
    for (const id of [-1, 3.7, 1e9, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(classColour(id).every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
    }
  });
});

describe('textColour', () => {
  it('is black on light plates and white on dark ones', () => {
    expect(textColour([255, 230, 0])).toEqual([0, 0, 0]);
    expect(textColour([20, 20, 160])).toEqual([255, 255, 255]);
  });
});
