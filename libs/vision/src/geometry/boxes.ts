import type { Box } from '../types.js';

/** Box i of `[n, 4]` x1, y1, x2, y2 as left top corner and size; a size below zero becomes 0. */
export function boxAt(boxes: Float32Array, index: number): Box {
  const [x1, y1, x2, y2] = boxes.subarray(index * 4, index * 4 + 4);
  return { x: x1, y: y1, width: Math.max(0, x2 - x1), height: Math.max(0, y2 - y1) };
}

/** Boxes as `[n, 4]` x1, y1, x2, y2. */
export function toCorners(boxes: readonly Box[]): Float32Array {
  return Float32Array.from(boxes.flatMap(({ x, y, width, height }) => [x, y, x + width, y + height]));
}

/** `[n, 4]` centre x, centre y, width, height as x1, y1, x2, y2, in float32. */
export function centresToCorners(boxes: Float32Array): Float32Array {
  const corners = new Float32Array(boxes.length);
  for (let i = 0; i < boxes.length; i += 4) {
    const [x, y, width, height] = boxes.subarray(i, i + 4);
    corners.set([x - width / 2, y - height / 2, x + width / 2, y + height / 2], i);
  }
  return corners;
}

/** `[n, 4]` x1, y1, x2, y2 as centre x, centre y, width, height, in float32. */
export function cornersToCentres(boxes: Float32Array): Float32Array {
  const centres = new Float32Array(boxes.length);
  for (let i = 0; i < boxes.length; i += 4) {
    const [x1, y1, x2, y2] = boxes.subarray(i, i + 4);
    centres.set([(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1], i);
  }
  return centres;
}

/** `[n, 4]` x1, y1, x2, y2 moved into a picture, each coordinate for itself. */
export function clipCorners(boxes: Float32Array, width: number, height: number): Float32Array {
  return boxes.map((value, i) => Math.max(0, Math.min(i % 2 === 0 ? width : height, value)));
}

/** The part of a box that lies within a picture; one wholly outside has no width or no height. */
export function clipBox(box: Box, width: number, height: number): Box {
  const x = Math.max(0, Math.min(width, box.x));
  const y = Math.max(0, Math.min(height, box.y));
  return {
    x,
    y,
    width: Math.max(0, Math.min(width, box.x + box.width) - x),
    height: Math.max(0, Math.min(height, box.y + box.height) - y),
  };
}
