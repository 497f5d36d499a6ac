import { join } from 'node:path';
import sharp from 'sharp';
import type { RegionMask, RgbImage } from '@kadr/vision';
import { FIXTURES } from './parity.js';

/** A fixture picture as raw RGB. */
export async function readRgb(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(join(FIXTURES, path))
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

/** A black and white fixture picture as a mask that covers the whole picture. */
export async function readMask(path: string): Promise<RegionMask> {
  const { data, width, height } = await readRgb(path);
  return {
    x: 0,
    y: 0,
    width,
    height,
    data: Uint8Array.from({ length: width * height }, (_, i) => (data[i * 3] > 127 ? 1 : 0)),
  };
}
