import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readNpy } from '../../../../test/support/npy.js';
import { FIXTURES, parity } from '../../../../test/support/parity.js';
import { boxAt } from '../geometry/boxes.js';
import { mergeRles } from '../rle/compare.js';
import { encodeRle, rleArea, type Rle } from '../rle/rle.js';
import { pasteMask, type PasteMethod } from './paste-mask.js';

interface Pasted {
  size: [number, number];
  counts: string;
  area: number;
  borderline: number;
}

interface PasteSet {
  name: string;
  height: number;
  width: number;
  masks: { file: string };
  instances: { box: number[]; torchvision: Pasted; detectron2: Pasted; modelZoo: Pasted }[];
}

const METHODS = [
  ['torchvision', 'torchvision'],
  ['detectron2', 'detectron2'],
  ['model-zoo', 'modelZoo'],
] as const;

const { sets } = parity<{ sets: PasteSet[] }>('paste-masks/expected.json');
const cases = sets.flatMap((set) =>
  METHODS.map(([method, key]) => ({ name: `${method} ${set.name}`, set, method, key })),
);

/** How many pixels are set in one of two masks only. */
function difference(a: Rle, b: Rle): number {
  return rleArea(mergeRles([a, b], 'union')) - rleArea(mergeRles([a, b], 'intersection'));
}

describe('pasteMask', () => {
  it.each(cases)('pastes as $name', ({ set, method, key }) => {
    const { data, shape } = readNpy(join(FIXTURES, 'parity/paste-masks', set.masks.file));
    const side = shape[3];
    set.instances.forEach((instance, i) => {
      const soft = data.subarray(i * side * side, (i + 1) * side * side);
      const box = boxAt(Float32Array.from(instance.box), 0);
      const found = encodeRle(pasteMask(soft, side, box, set.width, set.height, method), set.width, set.height);
      expect(difference(found, instance[key])).toBeLessThanOrEqual(instance[key].borderline);
    });
  });

  it('sets nothing outside the picture, nor far from the box', () => {
    const coordinate = fc.double({ min: -60, max: 60, noNaN: true });
    const length = fc.double({ min: 0, max: 80, noNaN: true });
    const method = fc.constantFrom<PasteMethod>('torchvision', 'detectron2', 'model-zoo');
    const soft = new Float32Array(16).fill(1);
    fc.assert(
      fc.property(coordinate, coordinate, length, length, method, (x, y, width, height, how) => {
        const mask = pasteMask(soft, 4, { x, y, width, height }, 50, 40, how);
        expect(mask.x).toBeGreaterThanOrEqual(Math.max(0, Math.floor(x - width / 4 - 1)) * Math.sign(mask.width));
        expect(mask.y + mask.height).toBeLessThanOrEqual(Math.max(0, Math.min(40, y + height * 1.25 + 2)));
        expect(mask.x + mask.width).toBeLessThanOrEqual(50);
      }),
    );
  });
});
