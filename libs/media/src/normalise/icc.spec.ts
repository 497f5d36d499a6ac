import { describe, expect, it } from '@jest/globals';
import { assert, property, uint8Array } from 'fast-check';
import sharp from 'sharp';
import { isSrgbProfile } from './icc.js';
import { hasJpegEnd } from './jpeg-end.js';

async function profileOf(name: 'srgb' | 'p3'): Promise<Buffer> {
  const picture = sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } });
  const { icc } = await sharp(await picture.withIccProfile(name).jpeg().toBuffer()).metadata();
  if (!icc) throw new Error('the picture has no profile');
  return icc;
}

describe('isSrgbProfile', () => {
  it('knows sRGB from another profile', async () => {
    expect(isSrgbProfile(await profileOf('srgb'))).toBe(true);
    expect(isSrgbProfile(await profileOf('p3'))).toBe(false);
  });

  it('answers for any bytes', () => {
    assert(property(uint8Array({ maxLength: 400 }), (bytes) => typeof isSrgbProfile(Buffer.from(bytes)) === 'boolean'));
  });
});

describe('hasJpegEnd', () => {
  it('is false for every cut of a JPEG and true for the whole', async () => {
    const picture = sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } });
    const jpeg = await picture.withMetadata({ orientation: 1 }).jpeg().toBuffer();
    expect(hasJpegEnd(jpeg)).toBe(true);
    for (let length = 0; length < jpeg.length; length++) expect(hasJpegEnd(jpeg.subarray(0, length))).toBe(false);
  });

  it('answers for any bytes', () => {
    assert(
      property(uint8Array({ maxLength: 400 }), (bytes) => {
        const jpeg = Buffer.concat([Buffer.from('ffd8ff', 'hex'), bytes]);
        return typeof hasJpegEnd(jpeg) === 'boolean';
      }),
    );
  });
});
