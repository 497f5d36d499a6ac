import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readMask } from '../../../../test/support/pictures.js';
import { mergeRles } from '../rle/compare.js';
import { polygonToRle } from '../rle/rasterise.js';
import { encodeRle } from '../rle/rle.js';
import type { RegionMask } from '../types.js';
import { maskToPolygons } from './outline.js';
import { emptyMask } from './region.js';

function maskOf(x: number, y: number, rows: string[]): RegionMask {
  const data = Uint8Array.from(rows.join(''), (character) => (character === '#' ? 1 : 0));
  return { x, y, width: rows[0].length, height: rows.length, data };
}

function refill(polygons: number[][], width: number, height: number): string {
  const none = encodeRle(emptyMask(), width, height);
  return mergeRles([none, ...polygons.map((polygon) => polygonToRle(polygon, width, height))], 'union').counts;
}

const masks = fc
  .record({
    width: fc.integer({ min: 1, max: 14 }),
    height: fc.integer({ min: 1, max: 14 }),
    x: fc.nat(3),
    y: fc.nat(3),
    dense: fc.boolean(),
  })
  .chain(({ width, height, x, y, dense }) =>
    fc.array(fc.nat(9), { minLength: width * height, maxLength: width * height }).map((levels) => ({
      x,
      y,
      width,
      height,
      data: Uint8Array.from(levels, (level) => (level < (dense ? 8 : 4) ? 1 : 0)),
    })),
  );

describe('maskToPolygons', () => {
  it('goes along pixel edges', () => {
    expect(maskToPolygons(maskOf(3, 2, ['##', '#.']))).toEqual([[5, 2, 5, 3, 4, 3, 4, 4, 3, 4, 3, 2]]);
  });

  it('gives parts that touch at a corner an outline each, and an empty mask none', () => {
    expect(maskToPolygons(maskOf(0, 0, ['#.', '.#']))).toHaveLength(2);
    expect(maskToPolygons(emptyMask())).toEqual([]);
  });

  it('joins holes to the outline around them, and keeps an island in a hole apart', () => {
    const mask = maskOf(1, 1, ['#######', '#.....#', '#.###.#', '#.#.#.#', '#.###.#', '#.....#', '#######']);
    const polygons = maskToPolygons(mask);
    expect(polygons).toHaveLength(2);
    expect(refill(polygons, 9, 9)).toBe(encodeRle(mask, 9, 9).counts);
  });

  it('gives outlines that fill to the mask again', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const [width, height] = [mask.x + mask.width + 1, mask.y + mask.height + 1];
        expect(refill(maskToPolygons(mask), width, height)).toBe(encodeRle(mask, width, height).counts);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['blobs-427x640', 'noise-02-211x173', 'checkerboard', 'full', 'large-720x1280'])(
    'takes a real one: %s',
    async (name) => {
      const mask = await readMask(`parity/rle/${name}.png`);
      const found = refill(maskToPolygons(mask), mask.width, mask.height);
      expect(found).toBe(encodeRle(mask, mask.width, mask.height).counts);
    },
  );
});
