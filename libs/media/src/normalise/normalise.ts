import { readFile, stat } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import { damagedPicture, probePicture } from '../probe/probe.js';
import type { PictureInput, PictureLimits, PictureProbe } from '../probe/probe.js';
import { sharp } from '../sharp-settings.js';
import { isSrgbProfile } from './icc.js';
import { hasJpegEnd } from './jpeg-end.js';

/** An upright sRGB JPEG of three 8-bit channels. */
export interface NormalisedPicture {
  jpeg: Buffer;
  /** In pixels, upright. */
  width: number;
  height: number;
  /** True when `jpeg` is the input, byte for byte. */
  untouched: boolean;
}

/** At 95 without chroma subsampling, boxes move by less than one per cent against the original; at 90 by six. */
const JPEG = { quality: 95, chromaSubsampling: '4:4:4' } as const;

const SMALL_BYTES = 8 * 1024 * 1024;

/** Most pictures with transparency are cut-outs and drawings made for white paper. */
const BACKGROUND = '#ffffff';

/**
 * Makes an upright sRGB JPEG of any picture that Kadr reads: EXIF orientation applied, any colour space, depth and ICC
 * profile to 8-bit sRGB, grey to three channels, transparency onto white, the first frame or page of several.
 * A JPEG that is so already passes untouched.
 * @throws AppError as {@link probePicture}, and `damaged-picture` when the picture is cut short.
 */
export async function normalisePicture(input: PictureInput, limits: PictureLimits): Promise<NormalisedPicture> {
  const source = await readSmall(input);
  const probe = await probePicture(source, limits);
  if (probe.format === 'jpeg' && isUprightSrgb(probe.metadata)) {
    const jpeg = typeof source === 'string' ? await readFile(source) : source;
    if (hasJpegEnd(jpeg)) return { jpeg, width: probe.width, height: probe.height, untouched: true };
  }
  return convert(source, probe, limits);
}

/** A file of usual size is read once, instead of once a look; a large one stays on disk until it is known to be good. */
async function readSmall(input: PictureInput): Promise<PictureInput> {
  if (typeof input !== 'string' || (await stat(input)).size > SMALL_BYTES) return input;
  return readFile(input);
}

async function convert(input: PictureInput, probe: PictureProbe, limits: PictureLimits): Promise<NormalisedPicture> {
  try {
    const { data, info } = await sharp(input, { failOn: 'truncated', limitInputPixels: limits.maxPixels })
      .autoOrient()
      .flatten({ background: BACKGROUND })
      .toColourspace('srgb')
      .jpeg(JPEG)
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, width: info.width, height: info.height, untouched: false };
  } catch (error) {
    throw damagedPicture(probe.format, error);
  }
}

function isUprightSrgb(metadata: Metadata): boolean {
  return (
    metadata.space === 'srgb' &&
    metadata.channels === 3 &&
    metadata.depth === 'uchar' &&
    (metadata.orientation ?? 1) === 1 &&
    (metadata.icc === undefined || isSrgbProfile(metadata.icc))
  );
}
