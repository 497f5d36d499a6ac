import type { RegionMask } from '../types.js';
import { joinHoles, type OutlinePoints, type Ring } from './holes.js';

/** Right, down, left, up. */
const STEP_X = [1, 0, -1, 0];
const STEP_Y = [0, 1, 0, -1];

/**
 * The outlines of a mask as polygons `[x, y, x, y, …]` along pixel edges, in pixels of the picture, one for each part
 * that hangs together by pixel edges. Filling them gives the mask back, pixel for pixel, by any filling rule: a hole is
 * joined to the outline around it by a cut of no width.
 */
export function maskToPolygons(mask: RegionMask): number[][] {
  const points: OutlinePoints = { x: [], y: [], next: [] };
  const rings = traceRings(mask, points);
  joinHoles(points, rings);
  return rings.filter(({ hole }) => !hole).map(({ first }) => corners(points, first, mask));
}

/** Follows every outline once, the mask on its right: around parts clockwise, around holes the other way. */
function traceRings({ width, height, data }: RegionMask, points: OutlinePoints): Ring[] {
  const isSet = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1;
  const followed = new Uint8Array(width * height);
  const rings: Ring[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Every outline has an upper edge of a set pixel, where it runs to the right.
      if (!isSet(x, y) || isSet(x, y - 1) || followed[y * width + x]) continue;
      rings.push(traceRing(isSet, x, y, points, (pixelX, pixelY) => (followed[pixelY * width + pixelX] = 1)));
    }
  }
  return rings;
}

function traceRing(
  isSet: (x: number, y: number) => boolean,
  startX: number,
  startY: number,
  points: OutlinePoints,
  follow: (x: number, y: number) => void,
): Ring {
  const first = points.x.length;
  let [x, y, direction, turns] = [startX, startY, 0, 0];
  do {
    if (direction === 0) follow(x, y);
    points.x.push(x);
    points.y.push(y);
    points.next.push(points.x.length);
    x += STEP_X[direction];
    y += STEP_Y[direction];
    const turn = turnAt(isSet, x, y, direction);
    direction = (direction + turn + 4) % 4;
    turns += turn;
  } while (x !== startX || y !== startY || direction !== 0);
  points.next[points.next.length - 1] = first;
  return { first, hole: turns < 0 };
}

/** 1 to turn right, -1 left, 0 straight on: pixels that touch at a corner only do not hang together. */
function turnAt(isSet: (x: number, y: number) => boolean, x: number, y: number, direction: number): -1 | 0 | 1 {
  const [right, left] = AHEAD[direction];
  if (!isSet(x + right[0], y + right[1])) return 1;
  return isSet(x + left[0], y + left[1]) ? -1 : 0;
}

/** For each direction the pixels ahead of a point, on the right and on the left. */
const AHEAD = [
  [
    [0, 0],
    [0, -1],
  ],
  [
    [-1, 0],
    [0, 0],
  ],
  [
    [-1, -1],
    [-1, 0],
  ],
  [
    [0, -1],
    [-1, -1],
  ],
] as const;

/** The points where an outline turns, in pixels of the picture. */
function corners({ x, y, next }: OutlinePoints, first: number, region: RegionMask): number[] {
  const found: number[] = [];
  let [before, at] = [first, next[first]];
  const end = at;
  do {
    const after = next[at];
    const straight = (x[at] - x[before]) * (y[after] - y[at]) === (y[at] - y[before]) * (x[after] - x[at]);
    const onwards = (x[at] - x[before]) * (x[after] - x[at]) + (y[at] - y[before]) * (y[after] - y[at]) > 0;
    if (!straight || !onwards) found.push(region.x + x[at], region.y + y[at]);
    [before, at] = [at, after];
  } while (at !== end);
  return found;
}
