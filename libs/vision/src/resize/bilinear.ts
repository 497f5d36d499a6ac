import type { RgbImage } from '../types.js';
import { tapsOf, type Taps } from './planar.js';

/**
 * Resizes a picture bilinearly at half-pixel centres, without antialiasing (OpenCV's `INTER_LINEAR`), rounded to whole
 * levels. Where it would shrink by more than about 1.5, `shrinkArea` sees every pixel and this does not.
 */
export function resizeRgb(image: RgbImage, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  const columns = tapsOf(width, 0, image.width / width, image.width);
  const rows = tapsOf(height, 0, image.height / height, image.height);
  const stride = image.width * 3;
  for (let y = 0; y < height; y++) {
    blendRow(image.data, rows.low[y] * stride, rows.high[y] * stride, rows.share[y], columns, data, y * width * 3);
  }
  return { data, width, height };
}

function blendRow(
  source: Uint8Array,
  upper: number,
  lower: number,
  down: number,
  { low, high, share }: Taps,
  out: Uint8Array,
  at: number,
): void {
  for (let x = 0; x < low.length; x++) {
    for (let channel = 0; channel < 3; channel++) {
      const left = low[x] * 3 + channel;
      const right = high[x] * 3 + channel;
      const above = source[upper + left] + (source[upper + right] - source[upper + left]) * share[x];
      const below = source[lower + left] + (source[lower + right] - source[lower + left]) * share[x];
      out[at + x * 3 + channel] = above + (below - above) * down + 0.5;
    }
  }
}
