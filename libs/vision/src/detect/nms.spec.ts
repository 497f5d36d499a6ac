import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parity } from '../../../../test/support/parity.js';
import { nms, nmsByClass } from './nms.js';

interface Candidates {
  boxes: number[][];
  scores: number[];
  classes: number[];
}

interface Case extends Partial<Candidates> {
  name: string;
  iouThreshold: number;
  input?: string;
  keepPerClassExact: number[];
  keepClassAgnostic: number[];
}

const { nms: cases } = parity<{ nms: Case[] }>('nms/expected.json');

function candidatesOf({ input, boxes = [], scores = [], classes = [] }: Case): Candidates {
  return input ? parity<Candidates>(`nms/${input}`) : { boxes, scores, classes };
}

const candidates = fc.array(
  fc.tuple(
    fc.integer({ min: -20, max: 100 }),
    fc.integer({ min: -20, max: 100 }),
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 0, max: 5 }),
  ),
  { maxLength: 60 },
);

describe('nms', () => {
  it.each(cases)('keeps what torchvision keeps: $name', (given) => {
    const { boxes, scores, classes } = candidatesOf(given);
    const flat = Float32Array.from(boxes.flat());
    const levels = Float32Array.from(scores);
    expect([...nms(flat, levels, given.iouThreshold)]).toEqual(given.keepClassAgnostic);
    expect([...nmsByClass(flat, levels, classes, given.iouThreshold)]).toEqual(given.keepPerClassExact);
  });

  it('keeps all of what it kept when it is run again', () => {
    fc.assert(
      fc.property(candidates, fc.double({ min: 0, max: 1, noNaN: true }), (list, threshold) => {
        const boxes = Float32Array.from(list.flatMap(([x, y, w, h]) => [x, y, x + w, y + h]));
        const scores = Float32Array.from(list, (candidate) => candidate[4] / 5);
        const kept = [...nms(boxes, scores, threshold)];
        const again = nms(
          Float32Array.from(kept.flatMap((index) => [...boxes.subarray(index * 4, index * 4 + 4)])),
          Float32Array.from(kept, (index) => scores[index]),
          threshold,
        );
        expect([...again]).toEqual(kept.map((_, index) => index));
      }),
    );
  });

  it('drops candidates whose score or coordinates are no numbers', () => {
    const boxes = Float32Array.of(0, 0, 1, 1, 5, 5, Number.NaN, 6, 9, 9, 10, 10);
    expect([...nms(boxes, Float32Array.of(Number.NaN, 0.9, 0.5), 0.5)]).toEqual([2]);
  });

  it('keeps at most the number asked for, the best ones', () => {
    const boxes = Float32Array.of(0, 0, 1, 1, 5, 5, 6, 6, 9, 9, 10, 10);
    expect([...nmsByClass(boxes, Float32Array.of(0.2, 0.9, 0.5), [0, 1, 0], 0.5, 2)]).toEqual([1, 2]);
  });

  it('takes ten thousand crowded candidates', () => {
    const n = 10_000;
    const boxes = Float32Array.from({ length: n * 4 }, (_, i) => ((i >> 2) % 100) + (i % 4 > 1 ? 20 : 0));
    const scores = Float32Array.from({ length: n }, (_, i) => (i % 97) / 97);
    expect(nms(boxes, scores, 0.5).length).toBeLessThan(30);
  });

  it('says which lengths do not fit', () => {
    expect(() => nms(new Float32Array(7), new Float32Array(2), 0.5)).toThrow('2 scores need 8 box coordinates, not 7');
  });
});
