import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { normalisePicture } from './normalise.js';

const LIMITS = { maxPixels: 1_000_000 };
const RED = { r: 220, g: 40, b: 30 };

const plain = (width = 40, height = 30): Sharp => sharp({ create: { width, height, channels: 3, background: RED } });

/** Left half red, right half blue: shows a turn or a flip. */
const halves = async (): Promise<Sharp> => {
  const blue = await sharp({ create: { width: 20, height: 30, channels: 3, background: '#0000ff' } })
    .png()
    .toBuffer();
  return sharp(
    await plain()
      .composite([{ input: blue, left: 20, top: 0 }])
      .png()
      .toBuffer(),
  );
};

async function pixel(jpeg: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + 3)];
}

async function expectUprightSrgb(jpeg: Buffer): Promise<void> {
  const metadata = await sharp(jpeg).metadata();
  expect(metadata).toMatchObject({ format: 'jpeg', space: 'srgb', channels: 3, depth: 'uchar' });
  expect(metadata.orientation ?? 1).toBe(1);
}

const near = (found: number[], wanted: number[], by = 12): void =>
  found.forEach((value, index) => expect(Math.abs(value - wanted[index])).toBeLessThanOrEqual(by));

describe('normalisePicture', () => {
  it('passes an upright sRGB JPEG byte for byte', async () => {
    const jpeg = await plain().jpeg().toBuffer();
    const { jpeg: out, ...rest } = await normalisePicture(jpeg, LIMITS);
    expect(out).toBe(jpeg);
    expect(rest).toEqual({ width: 40, height: 30, untouched: true });
  });

  it('passes a JPEG with an sRGB profile and with bytes after its end', async () => {
    const jpeg = Buffer.concat([await plain().withIccProfile('srgb').jpeg().toBuffer(), Buffer.from('trailer')]);
    expect((await normalisePicture(jpeg, LIMITS)).untouched).toBe(true);
  });

  it.each([
    ['PNG of 16 bits', async () => plain().toColourspace('rgb16').png().toBuffer()],
    ['CMYK JPEG', async () => plain().toColourspace('cmyk').jpeg().toBuffer()],
    ['Display P3 JPEG', async () => plain().withIccProfile('p3').jpeg().toBuffer()],
    ['WebP', async () => plain().webp().toBuffer()],
    ['TIFF', async () => plain().tiff().toBuffer()],
    ['AVIF', async () => plain().avif({ quality: 90 }).toBuffer()],
  ])('makes a %s an sRGB JPEG of the same colour', async (_kind, make) => {
    const { jpeg, untouched } = await normalisePicture(await make(), LIMITS);
    expect(untouched).toBe(false);
    expect((await sharp(jpeg).metadata()).hasProfile).toBe(false);
    await expectUprightSrgb(jpeg);
    near(await pixel(jpeg, 20, 15), [220, 40, 30], 40);
  });

  it('makes three channels of grey', async () => {
    const { jpeg } = await normalisePicture(await plain().greyscale().jpeg().toBuffer(), LIMITS);
    await expectUprightSrgb(jpeg);
  });

  it('puts transparency onto white', async () => {
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    const { jpeg } = await normalisePicture(await clear.png().toBuffer(), LIMITS);
    await expectUprightSrgb(jpeg);
    near(await pixel(jpeg, 4, 4), [255, 255, 255]);
  });

  it('takes the first frame of an animation', async () => {
    const frames = [RED, { r: 0, g: 0, b: 255 }].map((background) =>
      sharp({ create: { width: 16, height: 16, channels: 3, background } })
        .png()
        .toBuffer(),
    );
    const gif = await sharp(await Promise.all(frames), { join: { animated: true } })
      .gif({ delay: 100 })
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const { jpeg, width, height } = await normalisePicture(gif, LIMITS);
    expect([width, height]).toEqual([16, 16]);
    near(await pixel(jpeg, 8, 8), [220, 40, 30]);
  });

  it.each([
    [1, 40, 30, 'left'],
    [2, 40, 30, 'right'],
    [3, 40, 30, 'right'],
    [4, 40, 30, 'left'],
    [5, 30, 40, 'top'],
    [6, 30, 40, 'top'],
    [7, 30, 40, 'bottom'],
    [8, 30, 40, 'bottom'],
  ])('turns EXIF orientation %d upright', async (orientation, width, height, redSide) => {
    const tagged = await (await halves()).withMetadata({ orientation }).jpeg().toBuffer();
    const found = await normalisePicture(tagged, LIMITS);
    expect([found.width, found.height]).toEqual([width, height]);
    await expectUprightSrgb(found.jpeg);
    const points = { left: [4, 15], right: [width - 4, 15], top: [15, 4], bottom: [15, height - 4] };
    const [x, y] = points[redSide as keyof typeof points];
    near(await pixel(found.jpeg, x, y), [220, 40, 30], 30);
  });

  it.each([
    ['JPEG', async () => (await halves()).jpeg().toBuffer()],
    ['PNG', async () => (await halves()).png({ compressionLevel: 0 }).toBuffer()],
  ])('refuses a %s that is cut short', async (_kind, make) => {
    const whole = await make();
    const cut = whole.subarray(0, Math.floor(whole.length * 0.7));
    await expect(normalisePicture(cut, LIMITS)).rejects.toMatchObject({
      code: 'damaged-picture',
      kind: 'unprocessable',
    });
  });
});
