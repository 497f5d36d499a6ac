import type { ObjectV1 } from '@kadr/contracts';
import { decodeRle, maskArea } from '@kadr/vision';
import { traceOutlines } from './outline.js';

/** An object's form, ready to be drawn and hit; in pixels of the picture. */
export interface Shape {
  /** The mask's outlines; none without a mask. Fill by the even-odd rule. */
  path: Path2D | null;
  /** Pixels of the mask, or of the box without one. */
  area: number;
}

const shapes = new WeakMap<ObjectV1, Shape>();

/** The shape of an object, made at first use and kept as long as the object. */
export function shapeOf(object: ObjectV1): Shape {
  const known = shapes.get(object);
  if (known) return known;
  const shape = makeShape(object);
  shapes.set(object, shape);
  return shape;
}

function makeShape({ mask, box }: ObjectV1): Shape {
  if (!mask) return { path: null, area: Math.round(box.width * box.height) };
  if ('polygons' in mask) return { path: pathOf(mask.polygons), area: Math.round(polygonsArea(mask.polygons)) };
  const region = decodeRle(mask);
  return { path: pathOf(traceOutlines(region)), area: maskArea(region) };
}

function pathOf(outlines: number[][]): Path2D {
  const path = new Path2D();
  for (const outline of outlines) {
    path.moveTo(outline[0], outline[1]);
    for (let i = 2; i < outline.length; i += 2) path.lineTo(outline[i], outline[i + 1]);
    path.closePath();
  }
  return path;
}

function polygonsArea(polygons: number[][]): number {
  return polygons.reduce((sum, polygon) => sum + Math.abs(signedArea(polygon)), 0);
}

function signedArea(polygon: number[]): number {
  let area = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length;
    area += polygon[i] * polygon[j + 1] - polygon[j] * polygon[i + 1];
  }
  return area / 2;
}
