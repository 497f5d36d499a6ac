import { describe, expect, it } from '@jest/globals';
import { encodeJpeg } from '../encode/encode-jpeg.js';
import { decodeJpeg, decodeShrink } from './decode-jpeg.js';

const SIZE = { width: 101, height: 67 };

function ramp(): Uint8Array {
  return Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => Math.floor(i / 3) % SIZE.width);
}

describe('decodeShrink', () => {
  it('is the most that leaves the shorter side long enough', () => {
    expect(decodeShrink(1280, 720, 300)).toBe(2);
    expect(decodeShrink(720, 4800, 300)).toBe(2);
    expect(decodeShrink(512, 512, 300)).toBe(1);
    expect(decodeShrink(10_000, 10_000, 300)).toBe(8);
  });
});

describe('decodeJpeg', () => {
  it('gives back what was encoded, whole or shrunk', async () => {
    const jpeg = await encodeJpeg({ data: ramp(), ...SIZE });
    const whole = await decodeJpeg(jpeg, SIZE, 1, 1e6);
    expect(whole).toMatchObject(SIZE);
    expect(Math.abs(whole.data[50 * 3] - 50)).toBeLessThan(6);
    const half = await decodeJpeg(jpeg, SIZE, 2, 1e6);
    expect(half).toMatchObject({ width: 51, height: 34 });
    expect(half.data).toHaveLength(51 * 34 * 3);
  });

  it('says that a picture is cut short', async () => {
    const jpeg = await encodeJpeg({ data: ramp(), ...SIZE });
    await expect(decodeJpeg(jpeg.subarray(0, jpeg.length >> 1), SIZE, 1, 1e6)).rejects.toMatchObject({
      code: 'damaged-picture',
    });
  });
});
