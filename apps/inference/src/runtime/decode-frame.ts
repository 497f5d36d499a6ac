import { decodeJpeg, decodeJpegTo, decodeShrink, resizePicture } from '@kadr/media';
import { inputOf } from '../catalogue/model-spec.js';
import type { ModelSpec } from '../catalogue/model-spec.js';
import type { DecodedFrame, WorkerFrame } from './worker-messages.js';

/** Masks are cut at this many pixels of the shorter side at least, when the picture itself is not drawn on. */
const SHORTEST_FOR_MASKS = 720;

/**
 * What the detector sees, and the picture itself where masks or a drawing need it, decoded at the smallest scale that
 * serves. @throws AppError `damaged-picture`
 */
export async function decodeFrame(
  { jpeg, ...frame }: WorkerFrame,
  spec: ModelSpec,
  maxPixels: number,
): Promise<DecodedFrame> {
  const start = performance.now();
  const size = inputOf(spec);
  if (!frame.draw && (spec.family === 'ssd' || frame.masks === 'none')) {
    const input = await decodeJpegTo(jpeg, size, maxPixels);
    return { ...frame, input, decodeMs: performance.now() - start };
  }
  const { width, height } = frame.picture;
  const shrink = frame.draw ? 1 : decodeShrink(width, height, SHORTEST_FOR_MASKS);
  const image = await decodeJpeg(jpeg, frame.picture, shrink, maxPixels);
  const input = await resizePicture(image, size);
  return { ...frame, input, image, decodeMs: performance.now() - start };
}
