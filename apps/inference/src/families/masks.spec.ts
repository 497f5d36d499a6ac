import { describe, expect, it } from '@jest/globals';
import type { MobileSamSpec } from '../catalogue/model-spec.js';
import { BoxToMask } from './box-to-mask.js';
import type { Found, LoadedModel, Network, Spent, Task, Tensor } from './family.js';
import { MobileSam } from './mobile-sam.js';

const PICTURE = { width: 40, height: 20 };

function found(x: number): Found {
  return { classId: 0, score: 0.9, box: { x, y: 4, width: 8, height: 8 } };
}

/** A detector that finds the boxes it is told, in each picture. */
function detector(...pictures: Found[][]): LoadedModel {
  return { find: async () => pictures };
}

function task(more: Partial<Task> = {}): Task {
  const image = { data: new Uint8Array(PICTURE.width * PICTURE.height * 3), ...PICTURE };
  return { input: image, image, picture: PICTURE, threshold: 0.4, masks: true, ...more };
}

/** Keeps its inputs; answers with what `output` makes of them. */
class FakeNetwork implements Network {
  readonly runs: Record<string, Tensor>[] = [];
  constructor(private readonly output: (inputs: Record<string, Tensor>) => Record<string, Tensor>) {}

  async run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>> {
    this.runs.push(inputs);
    return this.output(inputs);
  }
}

function filled(value: number, ...dims: number[]): Tensor {
  return { data: new Float32Array(dims.reduce((all, dim) => all * dim, 1)).fill(value), dims };
}

const spent = (): Spent => ({ inferenceMs: 0, postprocessMs: 0 });

describe('BoxToMask', () => {
  const network = (value: number) =>
    new FakeNetwork(({ windows }) => ({ logits: filled(value, windows.dims[0], 1, 4, 4) }));

  it('takes all boxes of all pictures in one run', async () => {
    const run = network(1);
    const model = new BoxToMask(detector([found(2), found(20)], [found(10)]), run);
    const all = await model.find([task(), task()], spent());
    expect(run.runs.map(({ windows }) => windows.dims)).toEqual([[3, 3, 160, 160]]);
    // The window is the box with an eighth around it.
    expect(all[0][0].mask).toMatchObject({ x: 1, y: 3, width: 10, height: 10 });
    expect(all[1][0].mask).toMatchObject({ x: 9, y: 3, width: 10, height: 10 });
  });

  it('bounds a run: more boxes take several', async () => {
    const run = network(1);
    await new BoxToMask(detector(Array.from({ length: 70 }, () => found(2))), run).find([task()], spent());
    expect(run.runs.map(({ windows }) => windows.dims[0])).toEqual([32, 32, 6]);
  });

  it('runs nothing where no mask is wanted or nothing was found', async () => {
    const run = network(1);
    const model = new BoxToMask(detector([found(2)], []), run);
    const [[boxed]] = await model.find([task({ masks: false }), task()], spent());
    expect(run.runs).toEqual([]);
    expect(boxed.mask).toBeUndefined();
  });

  it('leaves an object whose mask is empty with its box alone', async () => {
    const [[boxed]] = await new BoxToMask(detector([found(2)]), network(-1)).find([task()], spent());
    expect(boxed).toEqual(found(2));
  });

  it('cuts windows from a shrunk picture, and gives masks in pixels of the whole one', async () => {
    const image = { data: new Uint8Array(20 * 10 * 3), width: 20, height: 10 };
    const [[half]] = await new BoxToMask(detector([found(2)]), network(1)).find([task({ image })], spent());
    expect(half.mask).toMatchObject({ x: 1, y: 3, width: 10, height: 10 });
  });
});

describe('MobileSam', () => {
  const SPEC = {
    input: { width: 64, height: 64 },
    preprocessing: { mean: [0, 0, 0], std: [1, 1, 1] },
  } as unknown as MobileSamSpec;
  const encoder = () => new FakeNetwork(() => ({ embedding: filled(5, 1, 256, 4, 4) }));
  const decoder = (value: number) =>
    new FakeNetwork(({ orig_im_size: { data } }) => ({ masks: filled(value, 1, 1, data[0], data[1]) }));

  it('encodes a picture once and asks for a mask for each box, by its corners', async () => {
    const [encode, decode] = [encoder(), decoder(1)];
    const model = new MobileSam(SPEC, detector([found(2), found(20)]), encode, decode);
    const [[first]] = await model.find([task()], spent());
    expect(encode.runs.map(({ input }) => input.dims)).toEqual([[1, 3, 64, 64]]);
    expect(decode.runs).toHaveLength(2);
    // The longer side is 1024 in the prompt's space: 25.6 for a pixel.
    const [x1, y1, x2, y2] = decode.runs[0].point_coords.data;
    [51.2, 102.4, 256, 307.2].forEach((value, i) => expect([x1, y1, x2, y2][i]).toBeCloseTo(value, 3));
    expect([...decode.runs[0].orig_im_size.data]).toEqual([20, 40]);
    expect(first.mask).toMatchObject({ x: 0, y: 0, ...PICTURE });
  });

  it('encodes nothing where nothing was found or no mask is wanted', async () => {
    const encode = encoder();
    const model = new MobileSam(SPEC, detector([], [found(2)]), encode, decoder(1));
    await model.find([task(), task({ masks: false })], spent());
    expect(encode.runs).toEqual([]);
  });

  it('leaves an object whose mask is empty with its box alone', async () => {
    const [[boxed]] = await new MobileSam(SPEC, detector([found(2)]), encoder(), decoder(-1)).find([task()], spent());
    expect(boxed).toEqual(found(2));
  });
});
