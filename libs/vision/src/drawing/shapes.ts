import type { RgbImage } from '../types.js';
import type { Rgb } from './colour.js';
import { layOut, type GlyphAtlas } from './glyph-atlas.js';

/** Fills a rectangle; what lies outside the picture is left out. Edges are rounded to whole pixels. */
export function fillRect(image: RgbImage, x: number, y: number, width: number, height: number, colour: Rgb): void {
  const left = Math.max(0, Math.round(x));
  const right = Math.min(image.width, Math.round(x + width));
  const top = Math.max(0, Math.round(y));
  const bottom = Math.min(image.height, Math.round(y + height));
  if (!(left < right && top < bottom)) return;
  const first = (top * image.width + left) * 3;
  const length = (right - left) * 3;
  for (let i = first; i < first + length; i += 3) {
    image.data[i] = colour[0];
    image.data[i + 1] = colour[1];
    image.data[i + 2] = colour[2];
  }
  for (let row = 1; row < bottom - top; row++) {
    image.data.copyWithin(first + row * image.width * 3, first, first + length);
  }
}

/** Draws a rectangle's outline, `thickness` pixels inwards from its edges. */
export function strokeRect(
  image: RgbImage,
  x: number,
  y: number,
  width: number,
  height: number,
  thickness: number,
  colour: Rgb,
): void {
  const across = Math.min(thickness, width);
  const down = Math.min(thickness, height);
  fillRect(image, x, y, width, down, colour);
  fillRect(image, x, y + height - down, width, down, colour);
  fillRect(image, x, y, across, height, colour);
  fillRect(image, x + width - across, y, across, height, colour);
}

/** Draws a line of text with its left top corner at (x, y), whole pixels; what lies outside the picture is left out. */
export function drawText(image: RgbImage, x: number, y: number, text: string, colour: Rgb, atlas: GlyphAtlas): void {
  let pen = x;
  for (const { width, alpha } of layOut(text, atlas).glyphs) {
    const fromColumn = Math.max(0, -pen);
    const toColumn = Math.min(width, image.width - pen);
    const toRow = Math.min(atlas.height, image.height - y);
    for (let row = Math.max(0, -y); row < toRow; row++) {
      for (let column = fromColumn; column < toColumn; column++) {
        const opacity = alpha[row * width + column];
        if (opacity > 0) blend(image.data, ((y + row) * image.width + pen + column) * 3, colour, opacity);
      }
    }
    pen += width;
  }
}

function blend(data: Uint8Array, at: number, colour: Rgb, opacity: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const below = data[at + channel];
    data[at + channel] = below + ((colour[channel] - below) * opacity) / 255 + 0.5;
  }
}
