import { emptyMask } from '../masks/region.js';
import type { Box, RegionMask } from '../types.js';
import { countsToRuns, runsToCounts } from './counts.js';
import { maskToRuns, type Runs } from './runs.js';

/** COCO compressed RLE: `size` is [height, width] of the picture, `counts` the text of pycocotools. */
export interface Rle {
  size: [number, number];
  counts: string;
}

/**
 * A mask as COCO compressed RLE, byte for byte what `pycocotools.mask.encode` gives for the picture's bitmap.
 *
 * @throws RangeError when the region leaves the picture or its data has another size
 */
export function encodeRle(mask: RegionMask, pictureWidth: number, pictureHeight: number): Rle {
  const counts = runsToCounts(maskToRuns(mask, pictureWidth, pictureHeight));
  return { size: [pictureHeight, pictureWidth], counts };
}

/**
 * The runs of an RLE. They may be fewer than the picture has pixels (the rest is 0) and need not be canonical.
 *
 * @throws RangeError when the text is damaged or has more pixels than the picture
 */
export function rleRuns({ size: [height, width], counts }: Rle): Runs {
  const runs = countsToRuns(counts);
  const total = runs.reduce((sum, run) => sum + run, 0);
  if (total > width * height) throw new RangeError(`RLE has ${total} pixels, the picture ${width}×${height}`);
  return runs;
}

/**
 * The mask of an RLE, cropped to what is set.
 *
 * @throws RangeError as {@link rleRuns}
 */
export function decodeRle(rle: Rle): RegionMask {
  const runs = rleRuns(rle);
  const [pictureHeight] = rle.size;
  const { x, y, width, height } = runsBox(runs, pictureHeight);
  if (width === 0) return emptyMask();
  const data = new Uint8Array(width * height);
  eachRun(runs, (from, to) => {
    for (let at = from; at < to; at++) {
      const row = at % pictureHeight;
      data[(row - y) * width + (at - row) / pictureHeight - x] = 1;
    }
  });
  return { x, y, width, height, data };
}

/** How many pixels an RLE sets. */
export function rleArea(rle: Rle): number {
  let area = 0;
  eachRun(rleRuns(rle), (from, to) => (area += to - from));
  return area;
}

/** The smallest box of whole pixels around what an RLE sets; 0, 0, 0, 0 when that is nothing. */
export function rleBox(rle: Rle): Box {
  return runsBox(rleRuns(rle), rle.size[0]);
}

/** Visits the runs of ones, first and end, in order; empty ones are left out. */
export function eachRun(runs: Runs, visit: (from: number, to: number) => void): void {
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    if (i % 2 === 1 && runs[i] > 0) visit(at, at + runs[i]);
    at += runs[i];
  }
}

function runsBox(runs: Runs, pictureHeight: number): Box {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, pictureHeight, 0, 0];
  eachRun(runs, (from, to) => {
    const [firstRow, lastRow] = [from % pictureHeight, (to - 1) % pictureHeight];
    const [first, last] = [(from - firstRow) / pictureHeight, (to - 1 - lastRow) / pictureHeight];
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
    // A run over several columns goes through the foot of one and the head of the next.
    top = Math.min(top, first < last ? 0 : firstRow);
    bottom = Math.max(bottom, first < last ? pictureHeight : lastRow + 1);
  });
  if (right === 0) return { x: 0, y: 0, width: 0, height: 0 };
  return { x: left, y: top, width: right - left, height: bottom - top };
}
