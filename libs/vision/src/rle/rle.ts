import type { RegionMask } from '../types.js';
import { runsToCounts } from './counts.js';
import { maskToRuns } from './runs.js';

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
