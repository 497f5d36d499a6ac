import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { sharp } from '../sharp-settings.js';
import { jpegSize } from './jpeg-size.js';

function jpeg(progressive = false): Promise<Buffer> {
  return sharp({ create: { width: 37, height: 21, channels: 3, background: '#336699' } })
    .withExif({ IFD0: { Copyright: 'nobody' } })
    .jpeg({ progressive })
    .toBuffer();
}

describe('jpegSize', () => {
  it.each([false, true])('reads the size behind other headers (progressive: %s)', async (progressive) => {
    expect(jpegSize(await jpeg(progressive))).toEqual({ width: 37, height: 21 });
  });

  it('skips fill bytes before a marker', async () => {
    const plain = await jpeg();
    const filled = Buffer.concat([plain.subarray(0, 2), Buffer.from([0xff, 0xff]), plain.subarray(2)]);
    expect(jpegSize(filled)).toEqual({ width: 37, height: 21 });
  });

  it('says of a JPEG cut short, of other pictures and of no bytes that they are damaged', async () => {
    const png = await sharp(await jpeg())
      .png()
      .toBuffer();
    for (const bytes of [(await jpeg()).subarray(0, 30), png, Buffer.alloc(0)]) {
      expect(() => jpegSize(bytes)).toThrow(expect.objectContaining({ code: 'damaged-picture' }));
    }
  });

  it('ends on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        const bytes = Uint8Array.of(0xff, 0xd8, 0xff, ...tail);
        try {
          const { width, height } = jpegSize(bytes);
          expect(Math.max(width, height)).toBeLessThan(65_536);
        } catch (error) {
          expect(error).toMatchObject({ code: 'damaged-picture' });
        }
      }),
    );
  });
});
