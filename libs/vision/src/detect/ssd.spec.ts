import { describe, expect, it } from '@jest/globals';
import { decodeSsd, pickCandidates } from './ssd.js';

describe('pickCandidates', () => {
  it('finds the classes at or above the threshold, without the background and NaN', () => {
    const scores = Float32Array.of(0.9, 0.1, 0.5, 0.99, Number.NaN, 0.7);
    expect(pickCandidates(scores, 3, 0.5)).toEqual({
      rows: Uint32Array.of(0, 1),
      classes: Uint32Array.of(2, 2),
      scores: Float32Array.of(0.5, 0.7),
    });
    expect(pickCandidates(scores, 3, 0.95, 0).classes).toEqual(Uint32Array.of(0));
  });
});

describe('decodeSsd', () => {
  const anchors = Float32Array.of(0, 0, 1, 1, 0.2, 0.4, 0.4, 0.8);

  it('gives the anchor itself for a code of zeros', () => {
    const [x1, y1, x2, y2] = decodeSsd(new Float32Array(8), anchors, [1]);
    [0.4, 0.2, 0.8, 0.4].forEach((value, i) => expect([x1, y1, x2, y2][i]).toBeCloseTo(value, 6));
  });

  it('moves the centre by tenths of the anchor and scales its sides by fifths of an exponent', () => {
    const codes = Float32Array.of(0, 0, 0, 0, 5, -2.5, 5 * Math.log(2), 5 * Math.log(0.5));
    const found = decodeSsd(codes, anchors, Uint32Array.of(1, 0));
    // Centre (0.6, 0.3) moves by −¼ width and ½ height; 0.2 high becomes 0.4, 0.4 wide becomes 0.2.
    [0.4, 0.2, 0.6, 0.6, 0, 0, 1, 1].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 6));
  });
});
