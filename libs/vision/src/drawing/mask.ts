import { commonSpans, differingSpans, rowSpans, shrunkSpans } from '../masks/spans.js';
import type { RegionMask, RgbImage } from '../types.js';
import type { Rgb } from './colour.js';

/**
 * Lays a translucent colour over a mask and draws its contour inside its edge.
 *
 * @param opacity of the fill, 0…1
 * @param contour thickness in pixels; 0 for none
 */
export function drawMask(image: RgbImage, mask: RegionMask, colour: Rgb, opacity: number, contour: number): void {
  const rows = rowSpans(mask);
  const blend = blendOf(colour, opacity);
  const within = [Math.max(0, -mask.x), Math.min(mask.width, image.width - mask.x)];
  const bottom = Math.min(mask.height, image.height - mask.y);
  for (let y = Math.max(0, -mask.y); y < bottom; y++) {
    const covered = commonSpans(rows[y], within);
    const between = commonSpans(rows[y - contour] ?? [], rows[y + contour] ?? []);
    const inner = commonSpans(commonSpans(shrunkSpans(rows[y], contour), between), within);
    const first = (mask.y + y) * image.width + mask.x;
    for (let i = 0; i < inner.length; i += 2) blendPixels(image.data, first + inner[i], first + inner[i + 1], blend);
    const edge = differingSpans(covered, inner);
    for (let i = 0; i < edge.length; i += 2) fillPixels(image.data, first + edge[i], first + edge[i + 1], colour);
  }
}

/** How one colour is laid over pixels: `level * kept / 256 + added`, in whole numbers. */
interface Blend {
  kept: number;
  added: Rgb;
  /** `added` for four pixels, as three words. */
  addedWords: Int32Array;
}

function blendOf(colour: Rgb, opacity: number): Blend {
  const kept = Math.round(256 * (1 - opacity));
  // Rounded down, as the kept part is: so a sum never passes 255 and no channel spills into its neighbour.
  const added = colour.map((channel) => (channel * (256 - kept)) >> 8) as Rgb;
  const bytes = Uint8Array.of(...added, ...added, ...added, ...added);
  return { kept, added, addedWords: new Int32Array(bytes.buffer) };
}

/** Four pixels at a time where the memory allows it, since these are millions. */
function blendPixels(data: Uint8Array, from: number, to: number, blend: Blend): void {
  const firstFour = Math.ceil(from / 4);
  const endFour = Math.floor(to / 4);
  if (data.byteOffset % 4 !== 0 || firstFour >= endFour) {
    blendBytes(data, from, to, blend);
    return;
  }
  blendBytes(data, from, firstFour * 4, blend);
  blendWords(new Int32Array(data.buffer, data.byteOffset, endFour * 3), firstFour * 3, blend);
  blendBytes(data, endFour * 4, to, blend);
}

function blendBytes(data: Uint8Array, from: number, to: number, { kept, added: [red, green, blue] }: Blend): void {
  for (let at = from * 3; at < to * 3; at += 3) {
    data[at] = ((data[at] * kept) >> 8) + red;
    data[at + 1] = ((data[at + 1] * kept) >> 8) + green;
    data[at + 2] = ((data[at + 2] * kept) >> 8) + blue;
  }
}

/** Every word holds four levels; every other one of them is multiplied at once, with room above it for the product. */
function blendWords(words: Int32Array, from: number, { kept, addedWords }: Blend): void {
  const [first, second, third] = addedWords;
  for (let i = from; i < words.length; i += 3) {
    words[i] = scaledWord(words[i], kept) + first;
    words[i + 1] = scaledWord(words[i + 1], kept) + second;
    words[i + 2] = scaledWord(words[i + 2], kept) + third;
  }
}

function scaledWord(word: number, kept: number): number {
  const even = (Math.imul(word & 0x00ff00ff, kept) >>> 8) & 0x00ff00ff;
  const odd = Math.imul((word >>> 8) & 0x00ff00ff, kept) & 0xff00ff00;
  return even | odd;
}

function fillPixels(data: Uint8Array, from: number, to: number, [red, green, blue]: Rgb): void {
  for (let at = from * 3; at < to * 3; at += 3) {
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
  }
}
