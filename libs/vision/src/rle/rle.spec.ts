import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parity } from '../../../../test/support/parity.js';
import { readMask } from '../../../../test/support/pictures.js';
import { cropToSet, emptyMask } from '../masks/region.js';
import type { RegionMask } from '../types.js';
import { runsToCounts } from './counts.js';
import { maskToRuns } from './runs.js';
import { decodeRle, encodeRle, rleArea, rleBox, type Rle } from './rle.js';

interface Expected {
  encode: {
    name: string;
    mask: string;
    size: [number, number];
    counts: string;
    area: number;
    bbox: number[];
    uncompressed?: number[];
  }[];
  decode: { size: [number, number]; counts: string; rows: string[]; area: number; bbox: number[] }[];
  nonCanonical: {
    name: string;
    size: [number, number];
    uncompressed: number[];
    counts: string;
    decodedRows: string[];
    area: number;
    bbox: number[];
  }[];
}

const expected = parity<Expected>('rle/expected.json');

/** The picture's bitmap as lines of 0 and 1. */
function rowsOf(mask: RegionMask, [height, width]: [number, number]): string[] {
  const rows = Array.from({ length: height }, () => Array.from({ length: width }, () => '0'));
  mask.data.forEach(
    (value, i) => (rows[mask.y + Math.floor(i / mask.width)][mask.x + (i % mask.width)] = String(value)),
  );
  return rows.map((row) => row.join(''));
}

function boxOf(rle: Rle): number[] {
  const { x, y, width, height } = rleBox(rle);
  return [x, y, width, height];
}

const masks = fc
  .record({
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
    x: fc.nat(4),
    y: fc.nat(4),
    right: fc.nat(3),
    bottom: fc.nat(3),
  })
  .chain(({ width, height, x, y, right, bottom }) =>
    fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 }).map((data) => ({
      mask: { x, y, width, height, data: Uint8Array.from(data) },
      size: { width: x + width + right, height: y + height + bottom },
    })),
  );

describe('RLE', () => {
  it.each(expected.encode)(
    'encodes as pycocotools: $name',
    async ({ mask: path, size, counts, area, bbox, uncompressed }) => {
      const mask = await readMask(`parity/rle/${path}`);
      const [height, width] = size;
      if (uncompressed) expect(maskToRuns(mask, width, height)).toEqual(uncompressed);
      expect(encodeRle(mask, width, height)).toEqual({ size, counts });
      expect(encodeRle(cropToSet(mask), width, height)).toEqual({ size, counts });
      expect(rleArea({ size, counts })).toBe(area);
      expect(boxOf({ size, counts })).toEqual(bbox);
    },
  );

  it.each(expected.decode)('decodes as pycocotools: $counts', ({ size, counts, rows, area, bbox }) => {
    const rle = { size, counts };
    expect(rowsOf(decodeRle(rle), size)).toEqual(rows);
    expect([rleArea(rle), boxOf(rle)]).toEqual([area, bbox]);
  });

  it.each(expected.nonCanonical)(
    'reads runs that are not canonical: $name',
    ({ size, uncompressed, counts, decodedRows, area, bbox }) => {
      const rle = { size, counts };
      expect(runsToCounts(uncompressed)).toBe(counts);
      expect(rowsOf(decodeRle(rle), size)).toEqual(decodedRows);
      expect([rleArea(rle), boxOf(rle)]).toEqual([area, bbox]);
    },
  );

  it('gives back every mask that it encoded, cropped', () => {
    fc.assert(
      fc.property(masks, ({ mask, size }) => {
        expect(decodeRle(encodeRle(mask, size.width, size.height))).toEqual(cropToSet(mask));
      }),
    );
  });

  it('encodes an empty mask as one run of zeros', () => {
    expect(encodeRle(emptyMask(), 3, 2)).toEqual({ size: [2, 3], counts: '6' });
  });

  it('keeps a run whole that goes on in the next column', () => {
    const mask = { x: 1, y: 0, width: 2, height: 2, data: Uint8Array.of(0, 1, 1, 1) };
    expect(maskToRuns(mask, 4, 2)).toEqual([3, 3, 2]);
  });

  it('refuses a region outside the picture or of another size than its data', () => {
    const data = new Uint8Array(4);
    expect(() => encodeRle({ x: 2, y: 0, width: 2, height: 2, data }, 3, 3)).toThrow('leaves the picture 3×3');
    expect(() => encodeRle({ x: 0, y: 0, width: 3, height: 2, data }, 3, 3)).toThrow('needs 6 bytes, not 4');
  });

  it.each([
    ['a character below the alphabet', '5!'],
    ['a number cut short', '5o'],
    ['a number without end', 'oooooooooo1'],
    ['a negative run', '01M'],
    ['too many pixels', '49'],
  ])('refuses %s', (_, counts) => {
    expect(() => decodeRle({ size: [3, 3], counts })).toThrow(RangeError);
  });
});
