import { describe, expect, it } from '@jest/globals';
import { convertGraph } from './convert-graph.js';
import type { TfGraph, TfNode } from './tfjs-graph.js';

type Given = Pick<TfNode, 'op'> & Partial<TfNode>;

/** A graph of nodes by name; `x` is the picture. */
function graph(nodes: Record<string, Given>, constants: Record<string, { shape: number[]; data: number[] }>): TfGraph {
  const all = {
    x: { op: 'Placeholder' },
    ...Object.fromEntries(Object.keys(constants).map((name) => [name, { op: 'Const' }])),
    ...nodes,
  };
  return {
    nodes: new Map(Object.entries(all).map(([name, node]) => [name, { name, input: [], attr: {}, ...node }])),
    constants: new Map(
      Object.entries(constants).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
    ),
  };
}

const convert = (tf: TfGraph, output = 'y') =>
  convertGraph(tf, { input: 'x', height: 4, width: 4, outputs: { out: output } });
const kernel = { shape: [1, 1, 3, 2], data: [1, 2, 3, 4, 5, 6] };
const same = { padding: { s: 'U0FNRQ==' } };

describe('convertGraph', () => {
  it('names an operator that it does not know, and its node', () => {
    const tf = graph({ y: { op: 'LeakyRelu', input: ['x'] } }, {});
    expect(() => convert(tf)).toThrow('the operator LeakyRelu of node "y" is not supported');
  });

  it.each<[string, Record<string, Given>, string]>([
    ['a node that is not there', { y: { op: 'Relu', input: ['z'] } }, 'there is no node "z"'],
    ['an input that is not there', { y: { op: 'Relu' } }, 'Relu "y" has no input 0'],
    ['a second output', { y: { op: 'Relu', input: ['x:1'] } }, 'output 1 of Placeholder "x" is used'],
    [
      'a kernel that is computed',
      { y: { op: 'Conv2D', input: ['x', 'x'], attr: same } },
      'input 1 of Conv2D "y" is not a constant',
    ],
    [
      'another padding',
      { y: { op: 'Conv2D', input: ['x', 'k'], attr: { padding: { s: 'RVhQTElDSVQ=' } } } },
      'the padding EXPLICIT',
    ],
    [
      'channels first',
      { y: { op: 'Conv2D', input: ['x', 'k'], attr: { ...same, data_format: { s: 'TkNIVw==' } } } },
      'data format NCHW',
    ],
    [
      'a kernel for other channels',
      {
        y: { op: 'DepthwiseConv2dNative', input: ['c', 'k'], attr: same },
        c: { op: 'Conv2D', input: ['x', 'k'], attr: same },
      },
      'other than the 2 channels',
    ],
    [
      'a constant that is a picture',
      { y: { op: 'Add', input: ['x', 'p'] } },
      'Add "y" has a constant of shape [1,2,2,3]',
    ],
    ['a product of two values', { y: { op: 'Mul', input: ['x', 'x'] } }, 'other than one value and one constant'],
    [
      'a sum of other shapes',
      { y: { op: 'AddN', input: ['x', 'c'] }, c: { op: 'Conv2D', input: ['x', 'k'], attr: same } },
      'AddN "y" adds other than',
    ],
    [
      'a reshape across the batch',
      { y: { op: 'Reshape', input: ['x', 's'] } },
      'Reshape "y" from [0,4,4,3] to [2,24] mixes the batch',
    ],
    [
      'a shape that is computed otherwise',
      { y: { op: 'Reshape', input: ['x', 'm'] }, m: { op: 'Max', input: ['s'] } },
      'operator Max of node "m" is not supported in a shape',
    ],
    [
      'training',
      { y: { op: 'FusedBatchNorm', input: ['x', 'b', 'b', 'b', 'b'], attr: { is_training: { b: true } } } },
      'FusedBatchNorm "y" is for training',
    ],
    [
      'a squeeze of more than one',
      { y: { op: 'Squeeze', input: ['x'], attr: { squeeze_dims: { list: { i: [1] } } } } },
      'squeezes dimensions 1 of [0,4,4,3]',
    ],
    ['joining pictures', { y: { op: 'ConcatV2', input: ['x', 'x', 'zero'] } }, 'joins along the batch'],
  ])('refuses %s', (_, nodes, message) => {
    const constants = {
      k: kernel,
      p: { shape: [1, 2, 2, 3], data: Array(12).fill(1) },
      s: { shape: [2], data: [2, 24] },
      b: { shape: [3], data: [1, 1, 1] },
      zero: { shape: [], data: [0] },
    };
    expect(() => convert(graph(nodes, constants))).toThrow(message);
  });

  it('converts nothing beyond the cut', () => {
    const tf = graph({ y: { op: 'Relu', input: ['x', '^after'] }, after: { op: 'LoopCond', input: ['y'] } }, {});
    expect(convert(tf).length).toBeGreaterThan(0);
  });
});
