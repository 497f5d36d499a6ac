import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { isZipFile, probePicture } from './probe.js';

const LIMITS = { maxPixels: 10_000 };

/** A PNG whose header claims a size and which has no pixels to speak of. */
function pngOfSize(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const parts = [
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from([0x78, 0x9c, 0x03, 0])),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

const ftyp = (...brands: string[]): Buffer => {
  const box = Buffer.from(`0000ftyp${brands[0]}0000${brands.join('')}`, 'latin1');
  box.writeUInt32BE(box.length, 0);
  return box;
};

describe('probePicture', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kadr-probe-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('reads the size of a %s', async (format) => {
    const bytes = await sharp({ create: { width: 24, height: 16, channels: 3, background: 'teal' } })
      .toFormat(format)
      .toBuffer();
    expect(await probePicture(bytes, LIMITS)).toMatchObject({ format, width: 24, height: 16 });
  });

  it('reads a file as it reads bytes', async () => {
    const path = join(folder, 'notes.txt');
    await sharp({ create: { width: 5, height: 7, channels: 3, background: 'teal' } })
      .png()
      .toFile(path);
    expect(await probePicture(path, LIMITS)).toMatchObject({ format: 'png', width: 5, height: 7 });
  });

  it('refuses a decompression bomb by its header', async () => {
    await expect(probePicture(pngOfSize(50_000, 50_000), LIMITS)).rejects.toMatchObject({
      kind: 'too-large',
      code: 'too-many-pixels',
      details: { width: 50_000, height: 50_000, maxPixels: 10_000 },
    });
  });

  it('refuses zero bytes', async () => {
    await expect(probePicture(Buffer.alloc(0), LIMITS)).rejects.toMatchObject({
      code: 'empty-upload',
      kind: 'unprocessable',
    });
  });

  it.each([
    ['text', Buffer.from('hello, this is no picture'), /jpeg, png, webp, gif, tiff, avif/],
    ['HEIC', ftyp('heic', 'mif1'), /HEIC.*Convert it to JPEG/],
    ['HEIF of another brand', ftyp('mif1', 'heix'), /HEIC/],
    ['SVG', Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'), /SVG/],
    ['SVG with a byte order mark', Buffer.from('\ufeff<svg/>'), /SVG/],
    ['BMP', Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)]), /BMP/],
    ['PDF', Buffer.from('%PDF-1.7\n'), /PDF/],
    ['video', ftyp('isom', 'avc1'), /video/],
    ['zip', Buffer.from('504b0304', 'hex'), /zip inside a zip/],
    ['web page', Buffer.from('<!DOCTYPE html><p>no</p>'), /web page/],
  ])('refuses %s and says why', async (_kind, bytes, message) => {
    await expect(probePicture(bytes, LIMITS)).rejects.toMatchObject({
      kind: 'unsupported',
      code: 'unsupported-media',
      message: expect.stringMatching(message),
    });
  });

  it('calls a picture that ends in its header damaged', async () => {
    await expect(probePicture(pngOfSize(10, 10).subarray(0, 20), LIMITS)).rejects.toMatchObject({
      code: 'damaged-picture',
    });
  });

  it('takes an AVIF whose major brand is mif1 for AVIF', async () => {
    const avif = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
      .avif()
      .toBuffer();
    avif.write('mif1', 8, 'latin1');
    expect((await probePicture(avif, LIMITS)).format).toBe('avif');
  });

  it('knows a zip file by its bytes', async () => {
    const path = join(folder, 'a');
    await writeFile(path, Buffer.from('504b0304', 'hex'));
    expect(await isZipFile(path)).toBe(true);
    await writeFile(path, 'PK');
    expect(await isZipFile(path)).toBe(false);
  });
});
