import type { Size } from '../types.js';

/**
 * To what size torchvision's detection models resize a picture: the shorter side to `shortest` unless the longer one
 * would pass `longest`; float32, sides rounded down.
 */
export function torchvisionSize({ width, height }: Size, shortest: number, longest: number): Size {
  const { fround, floor } = Math;
  const scale = Math.min(fround(shortest / Math.min(width, height)), fround(longest / Math.max(width, height)));
  return { width: floor(fround(width * scale)), height: floor(fround(height * scale)) };
}

/** To what size the ONNX Model Zoo's Mask R-CNN wants a picture: the shorter side 800, sides truncated. */
export function modelZooSize({ width, height }: Size): Size {
  const ratio = 800 / Math.min(width, height);
  return { width: Math.trunc(ratio * width), height: Math.trunc(ratio * height) };
}

/** To what size Segment Anything wants a picture: the longer side `longest`, sides rounded half up. */
export function samSize({ width, height }: Size, longest = 1024): Size {
  const scale = longest / Math.max(width, height);
  return { width: Math.trunc(width * scale + 0.5), height: Math.trunc(height * scale + 0.5) };
}

/** A size with sides up to the next multiple of `step`: what padding at the right and bottom makes of it. */
export function paddedSize({ width, height }: Size, step = 32): Size {
  return { width: Math.ceil(width / step) * step, height: Math.ceil(height / step) * step };
}

/**
 * Coordinates from one size of a picture to another, each axis by its own ratio: boxes from a model's resized input
 * back to the picture, or prompts (points, corners of boxes) from the picture to Segment Anything's input.
 *
 * @param coordinates x, y, x, y, …
 */
export function rescale(coordinates: Float32Array, from: Size, to: Size): Float32Array {
  return coordinates.map((value, i) => value * (i % 2 === 0 ? to.width / from.width : to.height / from.height));
}
