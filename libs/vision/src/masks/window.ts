import { shrinkArea } from '../resize/area.js';
import { samplePlanar, SIGNED_UNIT, tapsOf } from '../resize/planar.js';
import type { Box, RegionMask, RgbImage } from '../types.js';
import { sampleMask } from './sample-mask.js';

/** Side of a window as the box-to-mask network sees it. */
export const WINDOW_SIDE = 160;
/** Elements of one window, `[3, 160, 160]`. */
export const WINDOW_LENGTH = 3 * WINDOW_SIDE * WINDOW_SIDE;

/** The box is widened by this share of its size on each side, so that the network sees what is around it. */
const MARGIN = 0.125;
/** From this ratio on a window is shrunk first, since bilinear samples would miss pixels; to a bit more than needed. */
const SHRINK_FROM = 1.5;
const SHRINK_TO = 1.2;

/** The window of a box: 12.5 % wider on the left and right, above and below. It may leave the picture. */
export function boxWindow({ x, y, width, height }: Box): Box {
  return {
    x: x - width * MARGIN,
    y: y - height * MARGIN,
    width: width * (1 + 2 * MARGIN),
    height: height * (1 + 2 * MARGIN),
  };
}

/**
 * Cuts a window out of a picture for the box-to-mask network: squeezed to 160×160 (bilinear at half-pixel centres, shrunk
 * first where the window is much larger), the picture's border repeated outside it, RGB scaled to −1…1.
 *
 * @param out receives `[3, 160, 160]` from `offset` on
 */
export function cutWindow(image: RgbImage, window: Box, out: Float32Array, offset: number): void {
  const { source, inSource } = shrinkForWindow(image, window);
  const columns = tapsOf(WINDOW_SIDE, inSource.x, inSource.width / WINDOW_SIDE, source.width);
  const rows = tapsOf(WINDOW_SIDE, inSource.y, inSource.height / WINDOW_SIDE, source.height);
  const plane = { data: out, offset, width: WINDOW_SIDE, height: WINDOW_SIDE };
  samplePlanar(source, columns, rows, SIGNED_UNIT, plane);
}

function shrinkForWindow(image: RgbImage, window: Box): { source: RgbImage; inSource: Box } {
  const large = Math.max(window.width, window.height) > SHRINK_FROM * WINDOW_SIDE;
  if (!large) return { source: image, inSource: window };
  const across = partOf(window.x, window.width, image.width);
  const down = partOf(window.y, window.height, image.height);
  const source = shrinkArea(image, across.from, down.from, across.size, down.size, across.target, down.target);
  const scaleX = across.target / across.size;
  const scaleY = down.target / down.size;
  const inSource = {
    x: (window.x - across.from) * scaleX,
    y: (window.y - down.from) * scaleY,
    width: window.width * scaleX,
    height: window.height * scaleY,
  };
  return { source, inSource };
}

/** The pixels that a window touches along one axis, at least one, and to how many they are shrunk. */
function partOf(start: number, length: number, side: number): { from: number; size: number; target: number } {
  const from = Math.max(0, Math.min(side - 1, Math.floor(start)));
  const to = Math.max(from + 1, Math.min(side, Math.ceil(start + length)));
  const shrink = Math.min(1, (SHRINK_TO * WINDOW_SIDE) / length);
  return { from, size: to - from, target: Math.max(1, Math.round((to - from) * shrink)) };
}

/**
 * The network's logits over a window, back to picture pixels: resized bilinearly, cut at the threshold, nothing outside
 * the window or the picture, cropped to what is set.
 *
 * @param logits `[size, size]` over the window
 */
export function pasteLogits(
  logits: Float32Array,
  size: number,
  window: Box,
  pictureWidth: number,
  pictureHeight: number,
  threshold = 0,
): RegionMask {
  return sampleMask({ values: logits, width: size, height: size }, window, pictureWidth, pictureHeight, threshold);
}
