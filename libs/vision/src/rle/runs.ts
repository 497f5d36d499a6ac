import { differingSpans, rowSpans, type Spans } from '../masks/spans.js';
import type { RegionMask } from '../types.js';

/** Run lengths over a picture in column-major order, zeros first: 0s, 1s, 0s, … A run may be empty. */
export type Runs = number[];

/**
 * Runs of a mask within its picture, without building the picture's bitmap: where each
 * column changes is collected row by row, in memory order.
 */
export function maskToRuns(mask: RegionMask, pictureWidth: number, pictureHeight: number): Runs {
  checkRegion(mask, pictureWidth, pictureHeight);
  const { changes, starts } = columnChanges(mask);
  const total = pictureWidth * pictureHeight;
  const runs: Runs = [];
  let from = 0;
  for (let column = 0; column < mask.width; column++) {
    const base = (mask.x + column) * pictureHeight + mask.y;
    for (let i = starts[column]; i < starts[column + 1]; i++) {
      const at = base + changes[i];
      // A run that goes on from a column's foot to the next one's head does not end there.
      if (at === from && runs.length > 0) from -= runs.pop() ?? 0;
      else if (at < total) {
        runs.push(at - from);
        from = at;
      }
    }
  }
  runs.push(total - from);
  return runs;
}

/** For each column of the region the rows where it changes, ascending: `changes[starts[column] … starts[column + 1]]`. */
function columnChanges(mask: RegionMask): { changes: Uint32Array; starts: Uint32Array } {
  const rows = rowSpans(mask);
  const starts = new Uint32Array(mask.width + 2);
  eachChange(rows, (column) => starts[column + 2]++);
  for (let column = 2; column < starts.length; column++) starts[column] += starts[column - 1];
  const changes = new Uint32Array(starts[mask.width + 1]);
  // Shifted by one: starts[column + 1] is where the column writes next, and ends up as the start of the one after.
  eachChange(rows, (column, row) => (changes[starts[column + 1]++] = row));
  return { changes, starts };
}

/** Visits, row by row, the columns where a row differs from the one above it; around the region all is 0. */
function eachChange(rows: readonly Spans[], visit: (column: number, row: number) => void): void {
  for (let row = 0; row <= rows.length; row++) {
    const changed = differingSpans(rows[row - 1] ?? [], rows[row] ?? []);
    for (let i = 0; i < changed.length; i += 2) {
      for (let column = changed[i]; column < changed[i + 1]; column++) visit(column, row);
    }
  }
}

function checkRegion({ x, y, width, height, data }: RegionMask, pictureWidth: number, pictureHeight: number): void {
  if (x < 0 || y < 0 || x + width > pictureWidth || y + height > pictureHeight) {
    throw new RangeError(`region ${x},${y} ${width}×${height} leaves the picture ${pictureWidth}×${pictureHeight}`);
  }
  if (data.length !== width * height) {
    throw new RangeError(`region ${width}×${height} needs ${width * height} bytes, not ${data.length}`);
  }
}
