import type { RegionMask } from '../types.js';

/**
 * True when a mask that hangs together goes around pixels that are not set, pixels that touch at a corner closing the
 * ring, as OpenCV's contours have it. By Euler's number of the set squares: points − edges + squares = parts − holes.
 */
export function hasHole({ width, height, data }: RegionMask): boolean {
  let euler = 0;
  const at = (x: number, y: number): number => (x >= 0 && y >= 0 && x < width && y < height ? data[y * width + x] : 0);
  for (let y = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++) {
      const [before, above, here] = [at(x - 1, y), at(x, y - 1), at(x, y)];
      const point = before | above | here | at(x - 1, y - 1);
      euler += point - (above | here) - (before | here) + here;
    }
  }
  return euler < 1 && data.includes(1);
}
