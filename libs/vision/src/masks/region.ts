import type { RegionMask } from '../types.js';

/** A mask with nothing set. */
export function emptyMask(): RegionMask {
  return { x: 0, y: 0, width: 0, height: 0, data: new Uint8Array(0) };
}

/** The same mask in the smallest rectangle that holds what is set; {@link emptyMask} when nothing is. */
export function cropToSet(mask: RegionMask): RegionMask {
  const { width, data } = mask;
  const first = data.indexOf(1);
  if (first < 0) return emptyMask();
  const top = Math.floor(first / width);
  const bottom = Math.floor(data.lastIndexOf(1) / width) + 1;
  let left = width;
  let right = 0;
  for (let y = top; y < bottom; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    const start = row.indexOf(1);
    if (start < 0) continue;
    left = Math.min(left, start);
    right = Math.max(right, row.lastIndexOf(1) + 1);
  }
  return cutRegion(mask, left, top, right - left, bottom - top);
}

/** How many pixels are set. */
export function maskArea({ data }: RegionMask): number {
  let area = 0;
  for (let i = 0; i < data.length; i++) area += data[i];
  return area;
}

function cutRegion(mask: RegionMask, left: number, top: number, width: number, height: number): RegionMask {
  if (width === mask.width && height === mask.height) return mask;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * mask.width + left;
    data.set(mask.data.subarray(from, from + width), y * width);
  }
  return { x: mask.x + left, y: mask.y + top, width, height, data };
}
