import { tapsOf, type Taps } from '../resize/planar.js';
import type { Box, RegionMask } from '../types.js';
import { cropToSet, emptyMask } from './region.js';

/** A raster of values, row-major: logits or probabilities. */
export interface ValueGrid {
  values: Float32Array;
  width: number;
  height: number;
}

/**
 * Stretches a grid of values over a box (which may leave the picture) and sets the pixels whose centre lies inside and
 * whose bilinear value is above the threshold; the grid's border values reach up to the box's edges.
 */
export function sampleMask(
  grid: ValueGrid,
  box: Box,
  pictureWidth: number,
  pictureHeight: number,
  threshold: number,
): RegionMask {
  const [left, right] = centresWithin(box.x, box.width, pictureWidth);
  const [top, bottom] = centresWithin(box.y, box.height, pictureHeight);
  const width = right - left;
  const height = bottom - top;
  if (!(width > 0 && height > 0)) return emptyMask();
  const stepX = grid.width / box.width;
  const stepY = grid.height / box.height;
  const columns = tapsOf(width, (left - box.x) * stepX, stepX, grid.width);
  const rows = tapsOf(height, (top - box.y) * stepY, stepY, grid.height);
  const data = new Uint8Array(width * height);
  const blended = new Float32Array(grid.width);
  const starts = segmentStarts(columns);
  for (let row = 0; row < height; row++) {
    blendRows(grid, rows, row, blended);
    cutRow(blended, columns, starts, threshold, data, row * width);
  }
  return cropToSet({ x: left, y: top, width, height, data });
}

/** First and end of the pixels whose centre lies in `start … start + length`, within the picture. */
function centresWithin(start: number, length: number, side: number): [number, number] {
  return [Math.max(0, Math.ceil(start - 0.5)), Math.min(side, Math.ceil(start + length - 0.5))];
}

/** Where the column's lower tap changes: between two starts a row is one straight line. Ends with the row's length. */
function segmentStarts({ low }: Taps): Int32Array {
  const starts: number[] = [];
  for (let i = 0; i < low.length; i++) if (i === 0 || low[i] !== low[i - 1]) starts.push(i);
  starts.push(low.length);
  return Int32Array.from(starts);
}

function blendRows({ values, width }: ValueGrid, rows: Taps, row: number, out: Float32Array): void {
  const upper = rows.low[row] * width;
  const lower = rows.high[row] * width;
  const share = rows.share[row];
  for (let i = 0; i < width; i++) out[i] = values[upper + i] + (values[lower + i] - values[upper + i]) * share;
}

/** Most segments lie on one side of the threshold as a whole; only the others are looked at pixel by pixel. */
function cutRow(
  values: Float32Array,
  { low, high, share }: Taps,
  starts: Int32Array,
  threshold: number,
  out: Uint8Array,
  at: number,
): void {
  let filled = 0; // up to here the row is done
  for (let segment = 0; segment + 1 < starts.length; segment++) {
    const from = starts[segment];
    const to = starts[segment + 1];
    const left = values[low[from]];
    const right = values[high[from]];
    if (left > threshold && right > threshold) continue;
    if (filled < from) out.fill(1, at + filled, at + from);
    filled = to;
    if (!(left > threshold || right > threshold)) continue;
    for (let i = from; i < to; i++) if (left + (right - left) * share[i] > threshold) out[at + i] = 1;
  }
  if (filled < low.length) out.fill(1, at + filled, at + low.length);
}
