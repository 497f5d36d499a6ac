import { describe, expect, it } from '@jest/globals';
import type { SsdSpec } from '../catalogue/model-spec.js';
import type { Network, Task, Tensor } from './family.js';
import { Ssd } from './ssd.js';

const SIDE = 2;
/** Two anchors: the left half and the right half. */
const ANCHORS = Float32Array.of(0, 0, 1, 0.5, 0, 0.5, 1, 1);
const SPEC = {
  input: { width: SIDE, height: SIDE },
  preprocessing: { mean: [0, 0, 0], std: [1, 1, 1] },
  // Column 0 is background, 2 belongs to no class.
  postprocessing: { threshold: 0.4, iou: 0.5, maxObjects: 2, columns: [1, 3] },
} as unknown as SsdSpec;

/** For each picture the scores of both anchors over four columns; every box is its anchor. */
function network(...pictures: number[][]): Network & { images?: Tensor } {
  const n = pictures.length;
  return {
    async run({ images }) {
      this.images = images;
      return {
        boxes: { data: new Float32Array(n * 8), dims: [n, 2, 4] },
        scores: { data: Float32Array.from(pictures.flat()), dims: [n, 2, 4] },
      };
    },
  };
}

function task(more: Partial<Task> = {}): Task {
  const input = { data: new Uint8Array(SIDE * SIDE * 3).fill(7), width: SIDE, height: SIDE };
  return { input, picture: { width: 100, height: 50 }, threshold: 0.4, masks: false, ...more };
}

function find(run: Network, ...tasks: Task[]) {
  return new Ssd(SPEC, run, ANCHORS).find(tasks, { inferenceMs: 0, postprocessMs: 0 });
}

describe('Ssd', () => {
  it('gives classes by column and boxes in pixels, best first', async () => {
    const [found] = await find(network([0, 0.5, 0, 0, 0, 0, 0, 0.75]), task());
    expect(found).toEqual([
      { classId: 1, score: 0.75, box: { x: 50, y: 0, width: 50, height: 50 } },
      { classId: 0, score: 0.5, box: { x: 0, y: 0, width: 50, height: 50 } },
    ]);
  });

  it('looks at neither the background nor columns without a class', async () => {
    const [found] = await find(network([1, 0, 1, 0, 1, 0, 1, 0]), task());
    expect(found).toEqual([]);
  });

  it('keeps only the classes and scores asked for', async () => {
    const scores = [0, 0.5, 0, 0.75, 0, 0.25, 0, 0];
    const [only, any] = await find(network(scores, scores), task({ classIds: [0] }), task({ threshold: 0.2 }));
    expect(only.map(({ classId, score }) => [classId, score])).toEqual([[0, 0.5]]);
    expect(any.map(({ score }) => score)).toEqual([0.75, 0.5]);
  });

  it('gives each picture of a batch its own, from one run', async () => {
    const run = network([0, 0.5, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0.75]);
    const [first, second] = await find(run, task(), task({ picture: { width: 10, height: 10 } }));
    expect(run.images?.dims).toEqual([2, 3, SIDE, SIDE]);
    expect(first.map(({ classId }) => classId)).toEqual([0]);
    expect(second).toEqual([{ classId: 1, score: 0.75, box: { x: 5, y: 0, width: 5, height: 10 } }]);
  });
});
