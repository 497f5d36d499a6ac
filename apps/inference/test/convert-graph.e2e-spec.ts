import { describe, expect, it } from '@jest/globals';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { convertGraph } from '../src/convert/convert-graph.js';
import type { TfGraph, TfNode, TfTensor } from '../src/convert/tfjs-graph.js';

type Given = [op: string, input: string[], attr?: TfNode['attr']];
type Picture = { height: number; width: number; channels: number; data: Float32Array };

/** Numbers that look random and are the same each time. */
function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => Math.sin((at + 1) * 12.9898 + seed * 78.233) % 1);
}

function constant(shape: number[], seed: number): TfTensor {
  return {
    shape,
    data: numbers(
      shape.reduce((all, size) => all * size, 1),
      seed,
    ),
  };
}

function graph(nodes: Record<string, Given>, constants: Record<string, TfTensor>): TfGraph {
  const all: Record<string, Given> = { x: ['Placeholder', []], ...nodes };
  for (const name of Object.keys(constants)) all[name] = ['Const', []];
  const made = Object.entries(all).map(([name, [op, input, attr = {}]]) => [name, { name, op, input, attr }] as const);
  return { nodes: new Map(made), constants: new Map(Object.entries(constants)) };
}

async function run(
  tf: TfGraph,
  output: string,
  pictures: Picture[],
): Promise<{ dims: readonly number[]; data: Float32Array }> {
  const [{ height, width, channels }] = pictures;
  const session = await InferenceSession.create(
    convertGraph(tf, { input: 'x', height, width, outputs: { out: output } }),
  );
  const data = Float32Array.from(pictures.flatMap((picture) => channelsFirst(picture)));
  const { out } = await session.run({
    images: new Tensor('float32', data, [pictures.length, channels, height, width]),
  });
  await session.release();
  return { dims: out.dims, data: out.data as Float32Array };
}

function channelsFirst({ height, width, channels, data }: Picture): number[] {
  const area = height * width;
  return Array.from({ length: area * channels }, (_, at) => data[(at % area) * channels + Math.floor(at / area)]);
}

/** TensorFlow's convolution, written down as it is defined, channels last. */
function convolve(picture: Picture, kernel: TfTensor, stride: number, depthwise = false): Picture {
  const [kernelHeight, kernelWidth, inputs, last] = kernel.shape;
  const outputs = depthwise ? inputs * last : last;
  const [height, width] = [Math.ceil(picture.height / stride), Math.ceil(picture.width / stride)];
  const before = (size: number, of: number, window: number) =>
    Math.floor(Math.max(0, (of - 1) * stride + window - size) / 2);
  const [top, left] = [before(picture.height, height, kernelHeight), before(picture.width, width, kernelWidth)];
  const data = new Float32Array(height * width * outputs);
  for (let at = 0; at < data.length; at++) {
    const [output, column, row] = [at % outputs, Math.floor(at / outputs) % width, Math.floor(at / outputs / width)];
    for (let k = 0; k < kernelHeight * kernelWidth; k++) {
      const [y, x] = [row * stride - top + Math.floor(k / kernelWidth), column * stride - left + (k % kernelWidth)];
      if (y < 0 || x < 0 || y >= picture.height || x >= picture.width) continue;
      for (let input = 0; input < inputs; input++) {
        if (depthwise && input !== Math.floor(output / last)) continue;
        const weight = kernel.data[(k * inputs + input) * last + (depthwise ? output % last : output)];
        data[at] += picture.data[(y * picture.width + x) * picture.channels + input] * weight;
      }
    }
  }
  return { height, width, channels: outputs, data };
}

function eachChannel(picture: Picture, change: (value: number, channel: number) => number): Picture {
  return { ...picture, data: picture.data.map((value, at) => change(value, at % picture.channels)) };
}

function expectClose(found: Float32Array, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, at) => expect(Math.abs(value - expected[at])).toBeLessThan(1e-4));
}

const picture = (seed: number, height = 7, width = 6): Picture => ({
  height,
  width,
  channels: 3,
  data: numbers(height * width * 3, seed),
});
const padded = (stride: number): TfNode['attr'] => ({
  padding: { s: 'U0FNRQ==' },
  strides: { list: { i: [1, stride, stride, 1] } },
});

describe('a converted graph', () => {
  it.each([
    [1, 3, 7, 6],
    [2, 3, 7, 6],
    [2, 3, 8, 8],
    [2, 2, 9, 4],
    [3, 5, 7, 8],
  ])('convolves as TensorFlow does: stride %i, kernel %i, %i × %i', async (stride, side, height, width) => {
    const [kernel, spread] = [constant([side, side, 3, 5], 1), constant([side, side, 5, 2], 2)];
    const tf = graph(
      { c: ['Conv2D', ['x', 'k'], padded(stride)], y: ['DepthwiseConv2dNative', ['c', 'd'], padded(stride)] },
      { k: kernel, d: spread },
    );
    const pictures = [picture(3, height, width), picture(4, height, width)];
    const found = await run(tf, 'y', pictures);
    const expected = pictures.map((one) => convolve(convolve(one, kernel, stride), spread, stride, true));
    expect(found.dims).toEqual([2, expected[0].height, expected[0].width, 10]);
    expectClose(
      found.data,
      expected.flatMap(({ data }) => Array.from(data)),
    );
  });

  it('folds batch normalisation, decomposed and fused, and biases into convolutions', async () => {
    const constants = {
      k: constant([1, 1, 3, 3], 1),
      m: constant([3], 2),
      a: constant([3], 3),
      g: constant([3], 4),
      b: constant([3], 5),
      mean: constant([3], 6),
      v: { shape: [3], data: Float32Array.of(0.5, 1, 2) },
      bias: constant([3], 7),
    };
    const tf = graph(
      {
        c: ['Conv2D', ['x', 'k'], padded(1)],
        mul: ['Mul', ['c', 'm']],
        add: ['Add', ['a', 'mul']],
        n: ['FusedBatchNorm', ['add', 'g', 'b', 'mean', 'v'], { epsilon: { f: 0.001 }, is_training: { b: false } }],
        y: ['BiasAdd', ['n', 'bias']],
      },
      constants,
    );
    const at = (name: keyof typeof constants, channel: number) => constants[name].data[channel];
    const expected = eachChannel(convolve(picture(8), constants.k, 1), (value, c) => {
      const normalised =
        (at('g', c) * (value * at('m', c) + at('a', c) - at('mean', c))) / Math.sqrt(at('v', c) + 0.001);
      return normalised + at('b', c) + at('bias', c);
    });
    expectClose((await run(tf, 'y', [picture(8)])).data, expected.data);
  });

  it('does not fold what something else needs too', async () => {
    const constants = {
      k: constant([1, 1, 3, 3], 1),
      m: constant([3], 2),
      s: { shape: [], data: Float32Array.of(0.25) },
    };
    const tf = graph(
      {
        c: ['Conv2D', ['x', 'k'], padded(1)],
        mul: ['Mul', ['c', 'm']],
        half: ['AddV2', ['mul', 's']],
        y: ['AddN', ['c', 'half']],
      },
      constants,
    );
    const expected = eachChannel(
      convolve(picture(2), constants.k, 1),
      (value, c) => value + value * constants.m.data[c] + 0.25,
    );
    expectClose((await run(tf, 'y', [picture(2)])).data, expected.data);
  });

  it('moves a shift after a sum into the convolution before it', async () => {
    const constants = { k: constant([1, 1, 3, 3], 1), a: constant([3], 2) };
    const tf = graph(
      {
        c: ['Conv2D', ['x', 'k'], padded(1)],
        sum: ['AddN', ['x', 'c']],
        add: ['Add', ['sum', 'a']],
        y: ['Relu6', ['add']],
      },
      constants,
    );
    const given = eachChannel(picture(5), (value) => value * 20);
    const made = convolve(given, constants.k, 1);
    const expected = made.data.map((value, at) =>
      Math.min(6, Math.max(0, value + given.data[at] + constants.a.data[at % 3])),
    );
    expectClose((await run(tf, 'y', [given])).data, expected);
  });

  it('reshapes, joins and squeezes in the order of TensorFlow, for any number of pictures', async () => {
    const ints = (...values: number[]): TfTensor => ({
      shape: values.length === 1 ? [] : [values.length],
      data: Int32Array.from(values),
    });
    const scalar = (value: number): TfTensor => ({ shape: [1], data: Int32Array.of(value) });
    const tf = graph(
      {
        shape: ['Shape', ['x']],
        n: ['StridedSlice', ['shape', 'zero', 'one', 'one'], { shrink_axis_mask: { i: 1 } }],
        to: ['Pack', ['n', 'rest', 'single', 'last']],
        r: ['Reshape', ['x', 'to']],
        relu: ['Relu', ['x']],
        r2: ['Reshape', ['relu', 'to']],
        joined: ['ConcatV2', ['r', 'r2', 'single']],
        squeezed: ['Squeeze', ['joined'], { squeeze_dims: { list: { i: [2] } } }],
        y: ['Sigmoid', ['squeezed']],
      },
      { zero: scalar(0), one: scalar(1), rest: ints(-1), single: ints(1), last: ints(3) },
    );
    const pictures = [picture(1), picture(2), picture(3)];
    const found = await run(tf, 'y', pictures);
    expect(found.dims).toEqual([3, 84, 3]);
    const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
    expectClose(
      found.data,
      pictures.flatMap(({ data }) => [...data, ...data.map((value) => Math.max(0, value))].map(sigmoid)),
    );
  });
});
