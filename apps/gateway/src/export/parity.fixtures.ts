import type { ObjectV1, ResultV1, RleMaskV1 } from '@kadr/contracts';
import { parity } from '../../../../test/support/parity.js';
import type { ExportedPicture } from './data-set.js';

interface Instance {
  box: [number, number, number, number];
  class: number;
  score: number;
  track: number;
  mask: RleMaskV1;
}

interface Expected {
  classes: string[];
  input: { picture: string; height: number; width: number; instances: Instance[] }[];
}

const expected = parity<Expected>('export/expected.json');

/** The labels of the reference data set. */
export const CLASSES = expected.classes;

/** How the test wants a mask. */
export type MaskOf = (mask: RleMaskV1) => ObjectV1['mask'];

/** The pictures that the reference writers were given. */
export function referencePictures(maskOf: MaskOf = () => undefined): ExportedPicture[] {
  return expected.input.map(({ picture, height, width, instances }, sequence) => ({
    name: picture,
    result: resultOf(
      sequence,
      { width, height },
      instances.map((instance) => objectOf(instance, maskOf)),
    ),
  }));
}

/** A result with the given objects. */
export function resultOf(sequence: number, image: ResultV1['image'], objects: ObjectV1[]): ResultV1 {
  return {
    id: String(sequence),
    source: { kind: 'job', id: 'j' },
    sequence,
    model: { id: 'objects', digest: 'sha256:00' },
    image,
    objects,
    capturedAt: '2026-11-22T10:00:00.000Z',
    timings: { queueMs: 0, decodeMs: 0, inferenceMs: 0, postprocessMs: 0, drawMs: 0 },
  };
}

/** Pictures as they come from storage. */
export async function* asStored(pictures: ExportedPicture[]): AsyncGenerator<ExportedPicture> {
  yield* pictures;
}

/** All that a writer gives. */
export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

function objectOf({ box: [left, top, right, bottom], class: classId, score, track, mask }: Instance, maskOf: MaskOf) {
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  const shown = maskOf(mask);
  return { label: CLASSES[classId], classId, score, box, trackId: track, ...(shown && { mask: shown }) };
}
