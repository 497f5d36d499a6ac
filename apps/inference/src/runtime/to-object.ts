import type { MaskFormat, ObjectV1 } from '@kadr/contracts';
import type { RegionMask, Size } from '@kadr/vision';
import { encodeRle, maskToPolygons } from '@kadr/vision';
import type { Found } from '../families/family.js';

/** A thing found, in the words of the contract. One whose mask is empty is reported by its box alone. */
export function toObject(
  found: Found,
  label: string,
  { masks, picture }: { masks: MaskFormat; picture: Size },
): ObjectV1 {
  const { classId, score, box } = found;
  const object: ObjectV1 = {
    label,
    classId,
    score: round(score, 4),
    box: { x: round(box.x, 2), y: round(box.y, 2), width: round(box.width, 2), height: round(box.height, 2) },
  };
  if (found.mask && masks !== 'none') object.mask = maskOf(found.mask, masks, picture);
  return object;
}

function maskOf(mask: RegionMask, format: 'rle' | 'polygon', { width, height }: Size): ObjectV1['mask'] {
  return format === 'rle' ? encodeRle(mask, width, height) : { polygons: maskToPolygons(mask) };
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
