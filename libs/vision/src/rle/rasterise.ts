import type { Box } from '../types.js';
import { runsToCounts } from './counts.js';
import type { Rle } from './rle.js';
import type { Runs } from './runs.js';

/** Points per pixel along an outline. */
const SCALE = 5;

/**
 * The mask inside a polygon `[x, y, x, y, …]`, byte for byte what `pycocotools.mask.frPyObjects` gives. It may leave the
 * picture; fewer than three corners give an empty mask.
 * Source: pycocotools `rleFrPoly`.
 */
export function polygonToRle(polygon: readonly number[], pictureWidth: number, pictureHeight: number): Rle {
  const corners = polygon.length >> 1;
  const columns: number[] = [];
  const rows: number[] = [];
  if (corners > 2) {
    for (let i = 0; i < corners; i++) walkSide(polygon, i, (i + 1) % corners, columns, rows);
  }
  const crossings = columnCrossings(columns, rows, pictureWidth, pictureHeight);
  const runs = runsBetween(crossings, pictureWidth * pictureHeight);
  return { size: [pictureHeight, pictureWidth], counts: runsToCounts(runs) };
}

/** The mask of a box, as {@link polygonToRle} of its corners. */
export function boxToRle({ x, y, width, height }: Box, pictureWidth: number, pictureHeight: number): Rle {
  const [right, bottom] = [x + width, y + height];
  return polygonToRle([x, y, x, bottom, right, bottom, right, y], pictureWidth, pictureHeight);
}

/** Dense points along one side, on a raster five times as fine as the picture's. */
function walkSide(polygon: readonly number[], from: number, to: number, columns: number[], rows: number[]): void {
  const fine = (index: number): number => Math.trunc(SCALE * polygon[index] + 0.5);
  let [x, y, endX, endY] = [fine(from * 2), fine(from * 2 + 1), fine(to * 2), fine(to * 2 + 1)];
  const [across, down] = [Math.abs(endX - x), Math.abs(endY - y)];
  const flat = across >= down;
  const steps = Math.max(across, down);
  // Both directions of a side must give the same points, so it is always computed from its left or upper end.
  const backwards = flat ? x > endX : y > endY;
  if (backwards) [x, y, endX, endY] = [endX, endY, x, y];
  const slope = steps === 0 ? 0 : (flat ? endY - y : endX - x) / steps;
  for (let i = 0; i <= steps; i++) {
    const t = backwards ? steps - i : i;
    columns.push(flat ? x + t : Math.trunc(x + slope * t + 0.5));
    rows.push(flat ? Math.trunc(y + slope * t + 0.5) : y + t);
  }
}

/** Where the outline passes a column's centre: positions in column-major order. */
function columnCrossings(columns: number[], rows: number[], width: number, height: number): number[] {
  const crossings: number[] = [];
  for (let i = 1; i < columns.length; i++) {
    if (columns[i] === columns[i - 1]) continue;
    const fineX = columns[i] < columns[i - 1] ? columns[i] : columns[i] - 1;
    const x = (fineX + 0.5) / SCALE - 0.5;
    if (Math.floor(x) !== x || x < 0 || x > width - 1) continue;
    const y = (Math.min(rows[i], rows[i - 1]) + 0.5) / SCALE - 0.5;
    crossings.push(x * height + Math.ceil(Math.max(0, Math.min(height, y))));
  }
  return crossings;
}

/** Runs that change at each crossing; two crossings at one place cancel out. */
function runsBetween(crossings: number[], total: number): Runs {
  const steps = [...crossings, total].sort((a, b) => a - b).map((at, i, all) => (i === 0 ? at : at - all[i - 1]));
  const runs = [steps[0]];
  for (let i = 1; i < steps.length; i++) {
    if (steps[i] > 0) runs.push(steps[i]);
    else if (i + 1 < steps.length) runs[runs.length - 1] += steps[++i];
  }
  return runs;
}
