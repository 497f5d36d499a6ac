import { open } from 'node:fs/promises';
import { AppError } from '@kadr/errors';
import type { Metadata } from 'sharp';
import { errorFact } from '../error-facts.js';
import { sharp } from '../sharp-settings.js';
import { PICTURE_FORMATS, SNIFF_BYTES, isZip, sniffPicture } from './sniff.js';
import type { PictureFormat, Sniffed } from './sniff.js';

/** A picture: its bytes, or the path of a file that holds them. */
export type PictureInput = Buffer | string;

/** What a picture may be at most. */
export interface PictureLimits {
  /** Width times height. */
  maxPixels: number;
}

/** What a picture's header says. */
export interface PictureProbe {
  format: PictureFormat;
  /** In pixels, as stored: before the EXIF orientation is applied. */
  width: number;
  height: number;
  /** All that sharp read of the header, so that it is read once. */
  metadata: Metadata;
}

/**
 * Tells what a picture is from its header alone: nothing is decoded, so a decompression bomb costs nothing.
 * @throws AppError `empty-upload` or `damaged-picture` (unprocessable), `unsupported-media` (unsupported),
 *   `too-many-pixels` (too-large).
 */
export async function probePicture(input: PictureInput, limits: PictureLimits): Promise<PictureProbe> {
  const format = knownFormat(sniffPicture(await readHead(input)));
  const metadata = await readHeader(input, format);
  const { width, height } = metadata;
  if (width * height > limits.maxPixels) {
    throw new AppError(
      'too-large',
      'too-many-pixels',
      `The picture has ${width} x ${height} pixels, more than the ${limits.maxPixels} allowed. Send a smaller one.`,
      { details: { width, height, maxPixels: limits.maxPixels } },
    );
  }
  return { format, width, height, metadata };
}

/** True when the file at `path` is a zip by its first bytes. */
export async function isZipFile(path: string): Promise<boolean> {
  return isZip(await readFileHead(path));
}

async function readHead(input: PictureInput): Promise<Buffer> {
  const head = typeof input === 'string' ? await readFileHead(input) : input.subarray(0, SNIFF_BYTES);
  if (head.length > 0) return head;
  throw new AppError('unprocessable', 'empty-upload', 'The file is empty (0 bytes). Send a picture.');
}

async function readFileHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function knownFormat(sniffed: Sniffed): PictureFormat {
  if ('format' in sniffed) return sniffed.format;
  const readable = PICTURE_FORMATS.join(', ');
  const message =
    'refused' in sniffed
      ? `The file is ${sniffed.refused}, which Kadr does not read. ${sniffed.advice}`
      : `The file is not a picture that Kadr can read (${readable}).`;
  throw new AppError('unsupported', 'unsupported-media', message, { details: { supported: PICTURE_FORMATS } });
}

async function readHeader(input: PictureInput, format: PictureFormat): Promise<Metadata> {
  try {
    // Without a limit here, so that a picture over the limit can be told with its real size.
    return await sharp(input, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw damagedPicture(format, error);
  }
}

/** The error of a picture that begins well and cannot be read on. */
export function damagedPicture(format: PictureFormat, cause: unknown): AppError {
  const reason = (errorFact(cause, 'message') ?? String(cause)).split('\n')[0];
  return new AppError(
    'unprocessable',
    'damaged-picture',
    `The ${format.toUpperCase()} picture is damaged or cut short (${reason}). Send the whole file again.`,
    { cause },
  );
}
