import { describe, expect, it } from '@jest/globals';
import { readTfGraph } from './tfjs-graph.js';

const weight = (name: string, shape: number[], more = {}) => ({ name, shape, dtype: 'float32', ...more });

function modelJson(weights: object[], paths = ['one', 'two']): string {
  const node = [
    { name: 'a', op: 'Const' },
    { name: 'x', op: 'Placeholder', input: [] },
  ];
  return JSON.stringify({ modelTopology: { node }, weightsManifest: [{ paths, weights }] });
}

/** The numbers 1…6 cut in the middle of the third. */
function shards(): Map<string, Uint8Array> {
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
  return new Map([
    ['one', bytes.subarray(0, 10)],
    ['two', bytes.subarray(10)],
  ]);
}

describe('readTfGraph', () => {
  it('reads nodes, and constants across files', () => {
    const graph = readTfGraph(modelJson([weight('a', [2, 2]), weight('b', [2])]), shards());
    expect(graph.nodes.get('x')).toEqual({ name: 'x', op: 'Placeholder', input: [], attr: {} });
    expect(graph.constants.get('a')).toEqual({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
    expect(graph.constants.get('b')).toEqual({ shape: [2], data: Float32Array.of(5, 6) });
  });

  it.each([
    ['text that is not JSON', '<html>', 'not JSON'],
    ['JSON that is no graph', '{"format":"layers-model"}', 'no TensorFlow.js graph model: modelTopology'],
    ['a missing file', modelJson([weight('a', [2])], ['three']), 'three is not among the weights'],
    ['files that are too short', modelJson([weight('a', [7])]), 'files end before the constant a'],
    ['quantised weights', modelJson([weight('a', [2], { quantization: { dtype: 'uint8' } })]), 'a is quantised'],
    ['a type it does not know', modelJson([weight('a', [2], { dtype: 'string' })]), 'a is of type string'],
  ])('refuses %s', (_, json, message) => {
    expect(() => readTfGraph(json, shards())).toThrow(message);
  });
});
