import { describe, expect, it } from '@jest/globals';
import { parity } from '../../../../test/support/parity.js';
import { boxAt, centresToCorners, clipBox, clipCorners, cornersToCentres, toCorners } from './boxes.js';
import { boxIou } from '../rle/compare.js';

interface Expected {
  boxIou: { a: number[][]; b: number[][]; iou: number[][] }[];
  convert: {
    xyxy: number[][];
    cxcywh: number[][];
    xywh: number[][];
    clippedTo: [number, number];
    clippedXyxy: number[][];
  };
}

const { boxIou: overlaps, convert } = parity<Expected>('nms/expected.json');
const flat = (boxes: number[][]): Float32Array => Float32Array.from(boxes.flat());

function expectNear(found: Float32Array, wanted: number[][]): void {
  expect(found).toHaveLength(wanted.length * 4);
  wanted.flat().forEach((value, i) => expect(found[i]).toBeCloseTo(value, 3));
}

describe('boxes', () => {
  it('converts between corners, centres and sizes as torchvision', () => {
    const corners = flat(convert.xyxy);
    expectNear(cornersToCentres(corners), convert.cxcywh);
    expectNear(centresToCorners(flat(convert.cxcywh)), convert.xyxy);
    const boxes = convert.xyxy.map((_, i) => boxAt(corners, i));
    boxes.forEach(({ x, y, width, height }, i) => expectNear(Float32Array.of(x, y, width, height), [convert.xywh[i]]));
    expectNear(toCorners(boxes), convert.xyxy);
  });

  it('clips as torchvision', () => {
    const [height, width] = convert.clippedTo;
    expectNear(clipCorners(flat(convert.xyxy), width, height), convert.clippedXyxy);
  });

  it('leaves nothing of a box outside the picture', () => {
    expect(clipBox({ x: -5, y: 2, width: 3, height: 4 }, 10, 10)).toMatchObject({ width: 0, height: 4 });
    expect(clipBox({ x: 12, y: -2, width: 3, height: 40 }, 10, 10)).toEqual({ x: 10, y: 0, width: 0, height: 10 });
  });

  it.each(overlaps)('finds overlaps as torchvision', ({ a, b, iou }) => {
    const [first, second] = [flat(a), flat(b)];
    iou.forEach((row, i) =>
      row.forEach((value, j) => expect(boxIou(boxAt(first, i), boxAt(second, j))).toBeCloseTo(value, 5)),
    );
  });
});
