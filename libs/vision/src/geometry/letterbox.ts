import type { Size } from '../types.js';
import { roundHalfEven } from './round.js';

/** How a picture is fitted into a model's input: resized, then padded on all sides. All but `ratio` are whole pixels. */
export interface Letterbox {
  /** What both sides are multiplied with, before rounding. */
  ratio: number;
  source: Size;
  resized: Size;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Fits a picture into a target, centred, as Ultralytics' `LetterBox` (rounding half to even; the odd pixel of padding
 * goes to the right and bottom).
 *
 * @param enlarge whether a picture smaller than the target is enlarged
 */
export function letterbox(source: Size, target: Size, enlarge = true): Letterbox {
  const fit = Math.min(target.height / source.height, target.width / source.width);
  const ratio = enlarge ? fit : Math.min(1, fit);
  const resized = {
    width: Math.max(1, roundHalfEven(source.width * ratio)),
    height: Math.max(1, roundHalfEven(source.height * ratio)),
  };
  const across = (target.width - resized.width) / 2;
  const down = (target.height - resized.height) / 2;
  return {
    ratio,
    source,
    resized,
    left: roundHalfEven(across - 0.1),
    top: roundHalfEven(down - 0.1),
    right: roundHalfEven(across + 0.1),
    bottom: roundHalfEven(down + 0.1),
  };
}

/**
 * Boxes in a model's input back to pixels of the picture, clipped to it.
 *
 * @param boxes `[n, 4]` x1, y1, x2, y2
 * @param gain `axis`: each axis by how much it was really resized (Ultralytics since 8.4); `common`: both by the ratio
 * before rounding (8.3 and before)
 */
export function fromLetterbox(boxes: Float32Array, box: Letterbox, gain: 'axis' | 'common' = 'axis'): Float32Array {
  const { source, resized, ratio } = box;
  const gainX = gain === 'common' ? ratio : resized.width / source.width;
  const gainY = gain === 'common' ? ratio : resized.height / source.height;
  return boxes.map((value, i) =>
    i % 2 === 0
      ? Math.max(0, Math.min(source.width, (value - box.left) / gainX))
      : Math.max(0, Math.min(source.height, (value - box.top) / gainY)),
  );
}

/** Boxes of the picture in the model's input: the inverse of {@link fromLetterbox} with a gain for each axis. */
export function toLetterbox(boxes: Float32Array, { source, resized, left, top }: Letterbox): Float32Array {
  return boxes.map((value, i) =>
    i % 2 === 0 ? (value * resized.width) / source.width + left : (value * resized.height) / source.height + top,
  );
}
