import sharp from 'sharp';
import { encodeFrame } from '@kadr/contracts';
import type { FrameOptions, Lane, WireMessage } from '@kadr/contracts';
import { fixture } from '../http.js';

/** The model of chaos: it costs the least. */
export const MODEL = 'objects-fast';

/** A small JPEG with something in it, and its size. */
export interface Picture {
  width: number;
  height: number;
  image: Buffer;
}

export async function smallPicture(width = 320): Promise<Picture> {
  const image = await sharp(await fixture('street-1280x720.jpg'))
    .resize(width)
    .jpeg()
    .toBuffer();
  const { height } = await sharp(image).metadata();
  return { width, height, image };
}

/** A frame with little work in it, as Kadr's own sources send it. */
export function frameOf(
  picture: Picture,
  { source, sequence }: { source: string; sequence: number },
  lane: Lane,
  { maxAgeMs, options = { masks: 'none' } }: { maxAgeMs?: number; options?: FrameOptions } = {},
): WireMessage & { value: Buffer } {
  const now = Date.now();
  const frame = {
    id: `${source}/${sequence}`,
    source,
    sequence,
    model: MODEL,
    capturedAt: new Date(now).toISOString(),
    expiresAt: maxAgeMs === undefined ? undefined : new Date(now + maxAgeMs).toISOString(),
    options,
    ...picture,
  };
  return { ...encodeFrame(frame, lane), value: picture.image };
}
