import { describe, expect, it } from '@jest/globals';
import { cropToSet, emptyMask, maskArea } from './region.js';

describe('cropToSet', () => {
  it('cuts away empty rows and columns', () => {
    const data = Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0);
    expect(cropToSet({ x: 5, y: 6, width: 4, height: 3, data })).toEqual({
      x: 6,
      y: 7,
      width: 3,
      height: 1,
      data: Uint8Array.of(1, 0, 1),
    });
  });

  it('gives the empty mask when nothing is set', () => {
    expect(cropToSet({ x: 5, y: 6, width: 2, height: 1, data: new Uint8Array(2) })).toEqual(emptyMask());
    expect(cropToSet(emptyMask())).toEqual(emptyMask());
  });
});

describe('maskArea', () => {
  it('counts what is set', () => {
    expect(maskArea({ x: 0, y: 0, width: 2, height: 2, data: Uint8Array.of(1, 0, 1, 1) })).toBe(3);
    expect(maskArea(emptyMask())).toBe(0);
  });
});
