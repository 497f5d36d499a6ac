import type { RegionMask, RgbImage } from '../types.js';
import type { Rgb } from './colour.js';

/**
 * Lays a translucent colour over a mask and draws its contour inside its edge.
 *
 * @param opacity of the fill, 0…1
 * @param contour thickness in pixels; 0 for none
 */
export function drawMask(image: RgbImage, mask: RegionMask, colour: Rgb, opacity: number, contour: number): void {
  const fills = colour.map((channel) => blendTable(channel, opacity));
  const outside = new Uint8Array(mask.width);
  const rowOf = (y: number): Uint8Array =>
    y < 0 || y >= mask.height ? outside : mask.data.subarray(y * mask.width, (y + 1) * mask.width);
  const from = Math.max(0, -mask.x);
  const to = Math.min(mask.width, image.width - mask.x);
  const bottom = Math.min(mask.height, image.height - mask.y);
  for (let y = Math.max(0, -mask.y); y < bottom; y++) {
    const row = { here: rowOf(y), above: rowOf(y - contour), below: rowOf(y + contour) };
    const first = ((mask.y + y) * image.width + mask.x) * 3;
    drawRow(image.data, first, row, from, to, fills, colour, contour);
  }
}

/** What each level of a channel becomes under the colour: a look-up costs less than the sum. */
function blendTable(channel: number, opacity: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, level) => Math.round(level + (channel - level) * opacity));
}

function drawRow(
  data: Uint8Array,
  first: number,
  { here, above, below }: { here: Uint8Array; above: Uint8Array; below: Uint8Array },
  from: number,
  to: number,
  [reds, greens, blues]: Uint8Array[],
  [red, green, blue]: Rgb,
  contour: number,
): void {
  const { length } = here;
  for (let x = from; x < to; x++) {
    if (here[x] === 0) continue;
    const at = first + x * 3;
    const inside =
      x >= contour && x < length - contour && (here[x - contour] & here[x + contour] & above[x] & below[x]) === 1;
    data[at] = inside ? reds[data[at]] : red;
    data[at + 1] = inside ? greens[data[at + 1]] : green;
    data[at + 2] = inside ? blues[data[at + 2]] : blue;
  }
}
