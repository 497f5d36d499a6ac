import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { traceOutlines } from './outline.js';
import type { RegionMask } from '@kadr/vision';

function region(rows: string[], x = 0, y = 0): RegionMask {
  const data = Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0));
  return { x, y, width: rows[0].length, height: rows.length, data };
}

function signedArea(outline: number[]): number {
  let area = 0;
  for (let i = 0; i < outline.length; i += 2) {
    const j = (i + 2) % outline.length;
    area += outline[i] * outline[j + 1] - outline[j] * outline[i + 1];
  }
  return area / 2;
}

/** Even-odd: is the point inside? */
function inside(outlines: number[][], x: number, y: number): boolean {
  let crossings = 0;
  for (const outline of outlines) {
    for (let i = 0; i < outline.length; i += 2) {
      const j = (i + 2) % outline.length;
      const [x1, y1, x2, y2] = [outline[i], outline[i + 1], outline[j], outline[j + 1]];
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) crossings++;
    }
  }
  return crossings % 2 === 1;
}

describe('traceOutlines', () => {
  it('gives none for an empty region', () => {
    expect(traceOutlines(region(['..', '..']))).toEqual([]);
  });

  it('gives the middles of a pixel’s edges, moved to where the region lies', () => {
    expect(traceOutlines(region(['#'], 10, 20))).toEqual([[10.5, 20, 11, 20.5, 10.5, 21, 10, 20.5]]);
  });

  it('leaves out points on a straight stretch', () => {
    expect(traceOutlines(region(['#####', '#####']))[0]).toHaveLength(16);
  });

  it('follows a hole the other way round', () => {
    const outlines = traceOutlines(region(['###', '#.#', '###']));
    expect(outlines.map((outline) => Math.sign(signedArea(outline)))).toEqual([1, -1]);
  });

  it('keeps pixels apart that touch at a corner only', () => {
    expect(traceOutlines(region(['#.', '.#']))).toHaveLength(2);
    expect(traceOutlines(region(['.#', '#.']))).toHaveLength(2);
  });

  it('holds the middle of every set pixel and of no other', () => {
    const pictures = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([width, height]) =>
        fc.record({
          x: fc.constant(0),
          y: fc.constant(0),
          width: fc.constant(width),
          height: fc.constant(height),
          data: fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 }),
        }),
      );
    fc.assert(
      fc.property(pictures, (picture) => {
        const outlines = traceOutlines(picture);
        for (let at = 0; at < picture.data.length; at++) {
          // A little off the middle, so that no outline's corner lies on the ray.
          const x = (at % picture.width) + 0.501;
          const y = Math.floor(at / picture.width) + 0.499;
          expect(inside(outlines, x, y)).toBe(picture.data[at] === 1);
        }
      }),
    );
  });
});
