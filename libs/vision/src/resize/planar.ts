import type { RgbImage } from '../types.js';

/** How levels 0…255 become a model's numbers: `level * scale[channel] + shift[channel]`. */
export interface Normalisation {
  scale: readonly [number, number, number];
  shift: readonly [number, number, number];
}

/** `level * 2 / 255 - 1`: −1…1. */
export const SIGNED_UNIT: Normalisation = { scale: [2 / 255, 2 / 255, 2 / 255], shift: [-1, -1, -1] };

/** `level / 255`: 0…1. */
export const UNIT: Normalisation = { scale: [1 / 255, 1 / 255, 1 / 255], shift: [0, 0, 0] };

/** `(level - mean) / std`, each a channel. */
export function standardisation(
  mean: readonly [number, number, number],
  std: readonly [number, number, number],
): Normalisation {
  return {
    scale: [1 / std[0], 1 / std[1], 1 / std[2]],
    shift: [-mean[0] / std[0], -mean[1] / std[1], -mean[2] / std[2]],
  };
}

/** Where a picture goes in a planar tensor `[3, height, width]`, counted in elements. */
export interface Plane {
  data: Float32Array;
  /** First element of the first plane. */
  offset: number;
  width: number;
  height: number;
}

/** For each target along an axis: the two sources between which it lies and the share of the second. */
export interface Taps {
  low: Int32Array;
  high: Int32Array;
  share: Float32Array;
}

/**
 * Taps of `count` targets whose centres lie at `from + (i + 0.5) * step` on an axis where the first source covers 0…1.
 * Beyond the ends the border is repeated.
 */
export function tapsOf(count: number, from: number, step: number, sources: number): Taps {
  const taps = { low: new Int32Array(count), high: new Int32Array(count), share: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    const at = Math.max(0, Math.min(sources - 1, from + (i + 0.5) * step - 0.5));
    taps.low[i] = Math.floor(at);
    taps.high[i] = Math.min(sources - 1, taps.low[i] + 1);
    taps.share[i] = at - taps.low[i];
  }
  return taps;
}

/** Samples a picture bilinearly at a raster of taps into `[3, rows, columns]` at `plane`, left top corner at (x, y). */
export function samplePlanar(
  image: RgbImage,
  columns: Taps,
  rows: Taps,
  normalisation: Normalisation,
  plane: Plane,
  x = 0,
  y = 0,
): void {
  const count = columns.low.length;
  let upper = { row: -1, values: new Float32Array(3 * count) };
  let lower = { row: -1, values: new Float32Array(3 * count) };
  for (let row = 0; row < rows.low.length; row++) {
    // Neighbouring targets share source rows: what was the lower row often is the upper one now.
    if (lower.row === rows.low[row]) [upper, lower] = [lower, upper];
    for (const [cached, wanted] of [
      [upper, rows.low[row]],
      [lower, rows.high[row]],
    ] as const) {
      if (cached.row === wanted) continue;
      cached.row = wanted;
      sampleRow(image.data, wanted * image.width * 3, columns, cached.values);
    }
    const at = plane.offset + (y + row) * plane.width + x;
    blendRows(upper.values, lower.values, rows.share[row], normalisation, plane, at);
  }
}

/** One source row at all columns, a plane a channel. */
function sampleRow(data: Uint8Array, start: number, { low, high, share }: Taps, out: Float32Array): void {
  const count = low.length;
  for (let i = 0; i < count; i++) {
    const left = start + low[i] * 3;
    const right = start + high[i] * 3;
    const part = share[i];
    out[i] = data[left] + (data[right] - data[left]) * part;
    out[count + i] = data[left + 1] + (data[right + 1] - data[left + 1]) * part;
    out[2 * count + i] = data[left + 2] + (data[right + 2] - data[left + 2]) * part;
  }
}

function blendRows(
  upper: Float32Array,
  lower: Float32Array,
  share: number,
  { scale, shift }: Normalisation,
  plane: Plane,
  at: number,
): void {
  const count = upper.length / 3;
  const out = plane.data;
  for (let channel = 0; channel < 3; channel++) {
    const from = channel * count;
    const start = at + channel * plane.width * plane.height;
    const factor = scale[channel];
    const offset = shift[channel];
    for (let i = 0; i < count; i++) {
      const above = upper[from + i];
      out[start + i] = (above + (lower[from + i] - above) * share) * factor + offset;
    }
  }
}

/**
 * Resizes a picture bilinearly at half-pixel centres (no antialiasing: OpenCV's `INTER_LINEAR`, PyTorch's
 * `align_corners=False`) into a planar tensor, its left top corner at (x, y) of the plane.
 */
export function resizeToPlanar(
  image: RgbImage,
  width: number,
  height: number,
  normalisation: Normalisation,
  plane: Plane,
  x = 0,
  y = 0,
): void {
  if (image.width === width && image.height === height) return copyPlanar(image, normalisation, plane, x, y);
  const columns = tapsOf(width, 0, image.width / width, image.width);
  const rows = tapsOf(height, 0, image.height / height, image.height);
  samplePlanar(image, columns, rows, normalisation, plane, x, y);
}

/** A picture of the right size already: each level is looked up once. */
function copyPlanar(image: RgbImage, { scale, shift }: Normalisation, plane: Plane, x: number, y: number): void {
  const { data: levels, width, height } = image;
  const { data: out } = plane;
  for (let channel = 0; channel < 3; channel++) {
    const values = new Float32Array(256);
    for (let level = 0; level < 256; level++) values[level] = level * scale[channel] + shift[channel];
    let at = plane.offset + (channel * plane.height + y) * plane.width + x;
    let from = channel;
    for (let row = 0; row < height; row++, at += plane.width - width) {
      for (let column = 0; column < width; column++, from += 3) out[at++] = values[levels[from]];
    }
  }
}
