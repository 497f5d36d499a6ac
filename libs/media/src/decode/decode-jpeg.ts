import { damagedPicture } from '../probe/probe.js';
import { sharp } from '../sharp-settings.js';

/** Interleaved 8-bit RGB. */
export interface DecodedPicture {
  data: Buffer;
  width: number;
  height: number;
}

const SQUEEZE = { fit: 'fill', kernel: 'lanczos3' } as const;
/** The sizes at which a JPEG can be decoded without decoding all of it: a half, a quarter and an eighth. */
const SHRINKS = [8, 4, 2] as const;

/**
 * By how much a picture may be shrunk while it is decoded so that its shorter side still has `shortest` pixels:
 * 1, 2, 4 or 8.
 */
export function decodeShrink(width: number, height: number, shortest: number): number {
  return SHRINKS.find((shrink) => Math.min(width, height) >= shortest * shrink) ?? 1;
}

/**
 * Decodes an upright sRGB JPEG of a known size, shrunk by 1, 2, 4 or 8 by the decoder itself (libjpeg's scaled DCT).
 * @throws AppError `damaged-picture` when it is cut short or no JPEG.
 */
export async function decodeJpeg(
  jpeg: Uint8Array,
  size: { width: number; height: number },
  shrink: number,
  maxPixels: number,
): Promise<DecodedPicture> {
  try {
    let picture = sharp(jpeg, { failOn: 'truncated', limitInputPixels: maxPixels }).toColourspace('srgb');
    if (shrink > 1) {
      const width = Math.ceil(size.width / shrink);
      const height = Math.ceil(size.height / shrink);
      picture = picture.resize(width, height, { fit: 'fill', kernel: 'linear' });
    }
    const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw damagedPicture('jpeg', error);
  }
}

/**
 * Decodes an upright sRGB JPEG squeezed to a size (Lanczos), shrunk by the decoder itself as far as that serves.
 * @throws AppError `damaged-picture` when it is cut short or no JPEG.
 */
export async function decodeJpegTo(
  jpeg: Uint8Array,
  { width, height }: { width: number; height: number },
  maxPixels: number,
): Promise<DecodedPicture> {
  try {
    const picture = sharp(jpeg, { failOn: 'truncated', limitInputPixels: maxPixels }).toColourspace('srgb');
    const data = await picture.resize(width, height, SQUEEZE).removeAlpha().raw().toBuffer();
    return { data, width, height };
  } catch (error) {
    throw damagedPicture('jpeg', error);
  }
}

/** Squeezes a picture to a size (Lanczos). */
export async function resizePicture(
  image: DecodedPicture,
  { width, height }: { width: number; height: number },
): Promise<DecodedPicture> {
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const data = await sharp(image.data, { raw }).resize(width, height, SQUEEZE).raw().toBuffer();
  return { data, width, height };
}
