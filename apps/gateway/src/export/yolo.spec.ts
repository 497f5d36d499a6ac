import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RleMaskV1 } from '@kadr/contracts';
import { mergeRles, polygonToRle, rleIou } from '@kadr/vision';
import { FIXTURES } from '../../../../test/support/parity.js';
import { polygonsOf } from './masks.js';
import { CLASSES, referencePictures, resultOf } from './parity.fixtures.js';
import { yoloData, yoloLabels } from './yolo.js';

const reference = (path: string): string => readFileSync(join(FIXTURES, 'parity/export', path), 'utf8');
const masksOf = (index: number): RleMaskV1[] =>
  referencePictures((mask) => mask)[index].result.objects.map(({ mask }) => mask as RleMaskV1);

/** Class, left, right, top and bottom of each line. */
function boundsOf(labels: string): number[][] {
  return labels
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [classId, ...shares] = line.split(' ').map(Number);
      const across = shares.filter((_, index) => index % 2 === 0);
      const down = shares.filter((_, index) => index % 2 === 1);
      return [classId, Math.min(...across), Math.max(...across), Math.min(...down), Math.max(...down)];
    });
}

describe('YOLO', () => {
  it('is what supervision writes of boxes', () => {
    for (const { name, result } of referencePictures()) {
      expect(yoloLabels(result)).toBe(reference(`yolo-boxes/${name.replace('.png', '.txt')}`));
    }
  });

  it.each([
    ['RLE', (mask: RleMaskV1) => mask],
    ['polygons', (mask: RleMaskV1) => ({ polygons: polygonsOf(mask) })],
  ])('encloses the masks given as %s, and leaves out their holes', (_form, maskOf) => {
    for (const [index, { result }] of referencePictures(maskOf).entries()) {
      const { width, height } = result.image;
      const lines = yoloLabels(result).trimEnd().split('\n');
      expect(lines.map((line) => Number(line.split(' ')[0]))).toEqual(result.objects.map(({ classId }) => classId));
      for (const [line, mask] of masksOf(index).entries()) {
        const shares = lines[line].split(' ').slice(1).map(Number);
        const outline = shares.map((share, at) => share * (at % 2 === 0 ? width : height));
        expect(rleIou(polygonToRle(outline, width, height), mask)).toBeGreaterThan(0.99);
      }
    }
  });

  it('has an outline for each of supervision, which runs through the middle of pixels, not along their edges', () => {
    for (const { name, result } of referencePictures((mask) => mask)) {
      const theirs = boundsOf(reference(`yolo-masks/${name.replace('.png', '.txt')}`));
      const near = 1 / Math.min(result.image.width, result.image.height) + 1e-5;
      for (const ours of boundsOf(yoloLabels(result))) {
        const found = theirs.filter((one) => one.every((value, index) => Math.abs(value - ours[index]) <= near));
        expect(found).toHaveLength(1);
      }
    }
  });

  it('writes a line a part, a box for an object without outline, and nothing for no objects', () => {
    const image = { width: 10, height: 8 };
    const parts = [polygonToRle([1, 2, 3, 2, 3, 4, 1, 4], 10, 8), polygonToRle([5, 6, 8, 6, 8, 8, 5, 8], 10, 8)];
    const object = { label: 'cup', classId: 1, score: 1, box: { x: 1, y: 2, width: 7, height: 6 } };
    const objects = [
      { ...object, mask: mergeRles(parts, 'union') },
      { ...object, mask: { polygons: [] } },
    ];
    const lines = yoloLabels(resultOf(0, image, objects)).split('\n');
    expect(lines.map((line) => line.split(' ').length)).toEqual([9, 9, 5, 1]);
    expect(lines[2]).toBe('1 0.45000 0.62500 0.70000 0.75000');
    expect(yoloLabels(resultOf(0, image, []))).toBe('');
  });

  it('describes the data set as supervision does, for trainers too', () => {
    const [nc, names] = reference('data-boxes.yaml').trimEnd().split('\n');
    const plain = yoloData(CLASSES).replaceAll('"', '').trimEnd().split('\n');
    expect(plain).toEqual(['train: images', 'val: images', nc, names]);
  });

  it('writes any label so that YAML reads it back', () => {
    const odd = ['no', 'a: b', '#1', "it's", '"', 'ключ, [1]', 'two\nlines'];
    const names = yoloData(odd).split('\n')[3];
    expect(JSON.parse(names.slice('names: '.length))).toEqual(odd);
  });
});
