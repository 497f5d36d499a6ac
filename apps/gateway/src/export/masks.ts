import type { ObjectV1, SizeV1 } from '@kadr/contracts';
import { decodeRle, emptyMask, encodeRle, maskToPolygons, mergeRles, polygonToRle } from '@kadr/vision';
import type { Rle } from '@kadr/vision';

type Mask = NonNullable<ObjectV1['mask']>;

/** A mask as outlines, whichever way it is written. */
export function polygonsOf(mask: Mask): number[][] {
  return 'polygons' in mask ? mask.polygons : maskToPolygons(decodeRle(mask));
}

/** A mask as RLE, whichever way it is written. */
export function rleOf(mask: Mask, { width, height }: SizeV1): Rle {
  if (!('polygons' in mask)) return mask;
  const parts = mask.polygons.map((polygon) => polygonToRle(polygon, width, height));
  return parts.length > 0 ? mergeRles(parts, 'union') : encodeRle(emptyMask(), width, height);
}
