import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parity } from '../../../../test/support/parity.js';
import type { Size } from '../types.js';
import { fromLetterbox, letterbox, toLetterbox } from './letterbox.js';
import { modelZooSize, paddedSize, rescale, samSize, torchvisionSize } from './model-size.js';

type Sides = [number, number];

interface Expected {
  ultralytics: {
    source: Sides;
    target: Sides;
    scaleup: boolean;
    ratio: number;
    newWidth: number;
    newHeight: number;
    left: number;
    right: number;
    top: number;
    bottom: number;
    boxes?: number[][];
    boxesInSource?: number[][];
    boxesInSourceSingleGain?: number[][];
  }[];
  generalizedRcnn: {
    source: Sides;
    minSize: number;
    maxSize: number;
    resized: Sides;
    padded: Sides;
    box: number[];
    boxInSource: number[];
  }[];
  modelZooMaskRcnn: { source: Sides; resized: Sides; padded: Sides }[];
  samLongestSide: {
    source: Sides;
    resized: Sides;
    points: number[][];
    pointsOut: number[][];
    boxes: number[][];
    boxesOut: number[][];
  }[];
}

const expected = parity<Expected>('letterbox/expected.json');
const sizeOf = ([height, width]: Sides): Size => ({ width, height });

function expectNear(found: Float32Array, wanted: number[]): void {
  expect(found).toHaveLength(wanted.length);
  wanted.forEach((value, i) => expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(0.001));
}

describe('letterbox', () => {
  it.each(expected.ultralytics)('fits $source into $target as Ultralytics (scaleup $scaleup)', (wanted) => {
    const box = letterbox(sizeOf(wanted.source), sizeOf(wanted.target), wanted.scaleup);
    const { left, right, top, bottom } = wanted;
    expect(box).toMatchObject({
      left,
      right,
      top,
      bottom,
      resized: { width: wanted.newWidth, height: wanted.newHeight },
    });
    expect(box.ratio).toBeCloseTo(wanted.ratio, 12);
    const boxes = Float32Array.from((wanted.boxes ?? []).flat());
    expectNear(fromLetterbox(boxes, box), (wanted.boxesInSource ?? []).flat());
    expectNear(fromLetterbox(boxes, box, 'common'), (wanted.boxesInSourceSingleGain ?? []).flat());
  });

  it('takes boxes there and back, and always fills the target', () => {
    const side = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 32, max: 1280 }), fc.boolean(), (width, height, target, enlarge) => {
        const box = letterbox({ width, height }, { width: target, height: target }, enlarge);
        expect(box.left + box.resized.width + box.right).toBe(target);
        expect(box.top + box.resized.height + box.bottom).toBe(target);
        const boxes = Float32Array.of(0, 0, width, height, width / 4, height / 2, width / 3, height);
        const back = fromLetterbox(toLetterbox(boxes, box), box);
        boxes.forEach((value, i) =>
          expect(Math.abs(back[i] - value)).toBeLessThanOrEqual(1e-5 * Math.max(width, height) * target),
        );
      }),
    );
  });
});

describe('sizes of models', () => {
  it.each(expected.generalizedRcnn)(
    'torchvision: $source',
    ({ source, minSize, maxSize, resized, padded, box, boxInSource }) => {
      const size = torchvisionSize(sizeOf(source), minSize, maxSize);
      expect(size).toEqual(sizeOf(resized));
      expect(paddedSize(size)).toEqual(sizeOf(padded));
      expectNear(rescale(Float32Array.from(box), size, sizeOf(source)), boxInSource);
    },
  );

  it.each(expected.modelZooMaskRcnn)('Model Zoo: $source', ({ source, resized, padded }) => {
    expect(modelZooSize(sizeOf(source))).toEqual(sizeOf(resized));
    expect(paddedSize(sizeOf(resized))).toEqual(sizeOf(padded));
  });

  it.each(expected.samLongestSide)(
    'Segment Anything: $source',
    ({ source, resized, points, pointsOut, boxes, boxesOut }) => {
      const size = samSize(sizeOf(source));
      expect(size).toEqual(sizeOf(resized));
      expectNear(rescale(Float32Array.from(points.flat()), sizeOf(source), size), pointsOut.flat());
      expectNear(rescale(Float32Array.from(boxes.flat()), sizeOf(source), size), boxesOut.flat());
    },
  );
});
