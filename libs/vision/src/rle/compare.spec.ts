import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parity } from '../../../../test/support/parity.js';
import type { Box } from '../types.js';
import { boxIou, mergeRles, rleIou } from './compare.js';
import { boxToRle, polygonToRle } from './rasterise.js';
import { rleArea, rleBox } from './rle.js';

type Quad = [number, number, number, number];

interface Expected {
  merge: { size: [number, number]; counts: string[]; union: string; intersect: string }[];
  maskIou: { size: [number, number]; iscrowd: number[]; dt: string[]; gt: string[]; iou: number[][] }[];
  boxIou: { iscrowd: number[]; dt: Quad[]; gt: Quad[]; iou: number[][] }[];
  polygons: {
    name: string;
    size: [number, number];
    polygons: number[][];
    each: string[];
    merged: string;
    area: number;
    bbox: Quad;
  }[];
  bboxToRle: { size: [number, number]; bbox: Quad; counts: string; area: number }[];
}

const expected = parity<Expected>('rle/expected.json');
const box = ([x, y, width, height]: Quad): Box => ({ x, y, width, height });

const side = fc.integer({ min: 0, max: 12 });
const boxes = fc.record({ x: side, y: side, width: side, height: side });

describe('RLE comparison', () => {
  it.each(expected.merge)('merges as pycocotools', ({ size, counts, union, intersect }) => {
    const rles = counts.map((text) => ({ size, counts: text }));
    expect(mergeRles(rles, 'union').counts).toBe(union);
    expect(mergeRles(rles, 'intersection').counts).toBe(intersect);
  });

  it.each(expected.maskIou)('finds the overlap of masks as pycocotools', ({ size, iscrowd, dt, gt, iou }) => {
    const found = dt.map((a) => gt.map((b, i) => rleIou({ size, counts: a }, { size, counts: b }, iscrowd[i] === 1)));
    found.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(iou[i][j], 12)));
  });

  it.each(expected.boxIou)('finds the overlap of boxes as pycocotools', ({ iscrowd, dt, gt, iou }) => {
    const found = dt.map((a) => gt.map((b, i) => boxIou(box(a), box(b), iscrowd[i] === 1)));
    found.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(iou[i][j], 12)));
  });

  it('is symmetric, between 0 and 1, and the same for boxes and their masks', () => {
    fc.assert(
      fc.property(boxes, boxes, (a, b) => {
        const iou = boxIou(a, b);
        expect(iou).toBe(boxIou(b, a));
        expect(iou).toBeGreaterThanOrEqual(0);
        expect(iou).toBeLessThanOrEqual(1);
        expect(rleIou(boxToRle(a, 24, 24), boxToRle(b, 24, 24))).toBeCloseTo(iou, 12);
      }),
    );
  });

  it('does not compare masks of different pictures', () => {
    expect(() => rleIou({ size: [2, 3], counts: '6' }, { size: [3, 2], counts: '6' })).toThrow(
      'do not belong together',
    );
    expect(() => mergeRles([], 'union')).toThrow('no mask');
  });
});

describe('polygonToRle', () => {
  it.each(expected.polygons)('rasterises as pycocotools: $name', ({ size, polygons, each, merged, area, bbox }) => {
    const rles = polygons.map((polygon) => polygonToRle(polygon, size[1], size[0]));
    expect(rles.map(({ counts }) => counts)).toEqual(each);
    const union = mergeRles(rles, 'union');
    expect(union.counts).toBe(merged);
    expect(rleArea(union)).toBe(area);
    expect(rleBox(union)).toEqual(box(bbox));
  });

  it.each(expected.bboxToRle)('makes the mask of a box as pycocotools', ({ size, bbox, counts }) => {
    expect(boxToRle(box(bbox), size[1], size[0])).toEqual({ size, counts });
  });

  it('gives nothing for fewer than three corners or for corners at one place', () => {
    expect(polygonToRle([1, 1, 5, 5], 8, 8).counts).toBe(boxToRle({ x: 3, y: 3, width: 0, height: 0 }, 8, 8).counts);
    expect(rleArea(polygonToRle([1, 1, 5, 5], 8, 8))).toBe(0);
  });
});
