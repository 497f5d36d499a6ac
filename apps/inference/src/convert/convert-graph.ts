import { Conversion } from './conversion.js';
import { BATCH } from './onnx-graph.js';
import { OPERATORS } from './operators.js';
import type { TfGraph } from './tfjs-graph.js';

/** Which part of a graph to convert. */
export interface Cut {
  /** The node whose value becomes the input `images` [n, 3, height, width]; what comes before it is left out. */
  input: string;
  height: number;
  width: number;
  /** The nodes whose values become outputs, by the outputs' names; what comes after them is left out. */
  outputs: Record<string, string>;
}

/**
 * Converts a TensorFlow.js graph to ONNX: pictures channels first, batch normalisation and biases folded into the
 * convolutions, any number of pictures a run.
 * @returns an ONNX model file
 * @throws AppError naming the node and its operator when something in the graph is not supported
 */
export function convertGraph(graph: TfGraph, cut: Cut): Uint8Array {
  const input = { node: cut.input, name: 'images', shape: [BATCH, cut.height, cut.width, 3] };
  const conversion = new Conversion(graph, OPERATORS, input, Object.values(cut.outputs));
  for (const [name, node] of Object.entries(cut.outputs)) {
    const value = conversion.channelsLast(node);
    conversion.onnx.output(name, value.name, value.shape);
  }
  return conversion.onnx.encode();
}
