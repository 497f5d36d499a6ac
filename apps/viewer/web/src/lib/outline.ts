import type { RegionMask } from '@kadr/vision';

// Directions along the edges between pixels: east, south, west, north. The object is always on the right hand.
const STEP_X = [1, 0, -1, 0];
const STEP_Y = [0, 1, 0, -1];
/** The pixel right of and ahead of a corner, by direction; the one left of and ahead of it is that of the turn before. */
const AHEAD_X = [0, -1, -1, 0];
const AHEAD_Y = [0, 0, -1, -1];

/**
 * The outlines of a region in pixels of the picture, holes included, each `[x, y, x, y, …]`. Points are the middles of
 * the pixels' edges, so that a slope is a line and not a staircase. Fill them with the even-odd rule.
 */
export function traceOutlines(region: RegionMask): number[][] {
  const { width, height, data } = region;
  const isSet = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1;
  const walked = new Uint8Array(width * height);
  const outlines: number[][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Every outline has an edge above one of its pixels.
      if (isSet(x, y) && !isSet(x, y - 1) && !walked[y * width + x]) outlines.push(walk(region, isSet, walked, x, y));
    }
  }
  return outlines;
}

function walk(
  region: RegionMask,
  isSet: (x: number, y: number) => boolean,
  walked: Uint8Array,
  startX: number,
  startY: number,
): number[] {
  const points: number[] = [];
  let [x, y, direction] = [startX, startY, 0];
  let before = -1;
  do {
    if (direction === 0) walked[y * region.width + x] = 1;
    const [nextX, nextY] = [x + STEP_X[direction], y + STEP_Y[direction]];
    const next = turn(isSet, nextX, nextY, direction);
    // Points in the middle of a straight stretch say nothing.
    if (before !== direction || next !== direction) {
      points.push(region.x + (x + nextX) / 2, region.y + (y + nextY) / 2);
    }
    [x, y, before, direction] = [nextX, nextY, direction, next];
  } while (x !== startX || y !== startY || direction !== 0);
  return points;
}

function turn(isSet: (x: number, y: number) => boolean, x: number, y: number, direction: number): number {
  if (!isSet(x + AHEAD_X[direction], y + AHEAD_Y[direction])) return (direction + 1) % 4;
  const left = (direction + 3) % 4;
  return isSet(x + AHEAD_X[left], y + AHEAD_Y[left]) ? left : direction;
}
