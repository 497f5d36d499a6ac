import { sharp } from '../sharp-settings.js';

/** Good enough to look at. Huffman tables made for the picture would save a tenth of its bytes and cost twice the time. */
const JPEG = { quality: 85, optimiseCoding: false } as const;

/** Interleaved 8-bit RGB as a JPEG. */
export function encodeJpeg(image: { data: Uint8Array; width: number; height: number }): Promise<Buffer> {
  const { data, width, height } = image;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg(JPEG)
    .toBuffer();
}
