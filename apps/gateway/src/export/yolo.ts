import type { ObjectV1, ResultV1, SizeV1 } from '@kadr/contracts';
import { polygonsOf } from './masks.js';

/** The label file of a picture: a line an outline, or a line a box for an object that has none. */
export function yoloLabels({ objects, image }: ResultV1): string {
  return objects.flatMap((object) => linesOf(object, image).map((line) => `${line}\n`)).join('');
}

/**
 * `data.yaml` beside the folders `images` and `labels`. Labels are written as JSON strings, which YAML reads whatever
 * is in them; `train` and `val` are what trainers insist on.
 */
export function yoloData(labels: readonly string[]): string {
  const names = labels.map((label) => JSON.stringify(label)).join(', ');
  return `train: images\nval: images\nnc: ${labels.length}\nnames: [${names}]\n`;
}

function linesOf({ classId, box, mask }: ObjectV1, image: SizeV1): string[] {
  const polygons = mask ? polygonsOf(mask) : [];
  if (polygons.length > 0) return polygons.map((polygon) => lineOf(classId, polygon, image));
  return [lineOf(classId, [box.x + box.width / 2, box.y + box.height / 2, box.width, box.height], image)];
}

/** Values across and down in turn, as shares of the picture's width and height. */
function lineOf(classId: number, values: readonly number[], { width, height }: SizeV1): string {
  const shares = values.map((value, index) => (value / (index % 2 === 0 ? width : height)).toFixed(5));
  return [classId, ...shares].join(' ');
}
