import type { Box, RegionMask } from '../types.js';
import { sampleMask, type ValueGrid } from './sample-mask.js';

/** Whose way of pasting is followed; they differ by up to a pixel at the edges. */
export type PasteMethod = 'torchvision' | 'detectron2' | 'model-zoo';

/**
 * Pastes the soft mask that a Mask R-CNN head gives for a box into the picture and cuts it at one half.
 *
 * - `torchvision`: a border of zeros, the widened box truncated to whole pixels (`paste_masks_in_image`)
 * - `detectron2`: sampled at every pixel's centre, zeros beyond the mask, no rounding (`paste_masks_in_image`)
 * - `model-zoo`: the box truncated to whole pixels, no border (the ONNX Model Zoo's recipe)
 *
 * @param mask `[side, side]` probabilities
 * @param box in pixels of the picture
 */
export function pasteMask(
  mask: Float32Array,
  side: number,
  box: Box,
  pictureWidth: number,
  pictureHeight: number,
  method: PasteMethod,
): RegionMask {
  const plain = { values: mask, width: side, height: side };
  switch (method) {
    case 'torchvision': {
      const target = truncated(widened(box, (side + 2) / side));
      return sampleMask(bordered(plain), target, pictureWidth, pictureHeight, 0.5);
    }
    case 'detectron2': {
      const { x, y, width, height } = box;
      const [pixelX, pixelY] = [width / side, height / side];
      const target = { x: x - pixelX, y: y - pixelY, width: width + 2 * pixelX, height: height + 2 * pixelY };
      return sampleMask(bordered(plain), target, pictureWidth, pictureHeight, BELOW_HALF);
    }
    case 'model-zoo':
      return sampleMask(plain, truncated(box), pictureWidth, pictureHeight, 0.5);
  }
}

/** The float32 before 0.5: Detectron2 takes what is at least one half, the others what is above it. */
const BELOW_HALF = 0.5 - 2 ** -25;

function bordered({ values, width, height }: ValueGrid): ValueGrid {
  const padded = new Float32Array((width + 2) * (height + 2));
  for (let row = 0; row < height; row++) {
    padded.set(values.subarray(row * width, (row + 1) * width), (row + 1) * (width + 2) + 1);
  }
  return { values: padded, width: width + 2, height: height + 2 };
}

/** A box scaled about its centre, in float32 as torchvision does it: the truncation after it depends on that. */
function widened({ x, y, width, height }: Box, factor: number): Box {
  const [left, right] = widenedAxis(x, x + width, factor);
  const [top, bottom] = widenedAxis(y, y + height, factor);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function widenedAxis(from: number, to: number, factor: number): [number, number] {
  const { fround } = Math;
  const half = fround(fround(fround(to - from) * 0.5) * fround(factor));
  const centre = fround(fround(to + from) * 0.5);
  return [fround(centre - half), fround(centre + half)];
}

/** Both corners truncated to whole pixels, the second one included. */
function truncated({ x, y, width, height }: Box): Box {
  const [left, top] = [Math.trunc(x), Math.trunc(y)];
  return {
    x: left,
    y: top,
    width: Math.max(1, Math.trunc(x + width) - left + 1),
    height: Math.max(1, Math.trunc(y + height) - top + 1),
  };
}
