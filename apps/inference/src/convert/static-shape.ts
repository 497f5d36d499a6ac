import { dataInputs } from './conversion.js';
import type { Conversion } from './conversion.js';
import { BATCH } from './onnx-graph.js';
import { notConvertible } from './tfjs-graph.js';
import type { TfNode } from './tfjs-graph.js';

const MASKS = ['begin_mask', 'end_mask', 'ellipsis_mask', 'new_axis_mask'];

/** Whole numbers that a graph computes from shapes and constants, the batch being {@link BATCH}. */
export function staticInts(reference: string, conversion: Conversion): readonly number[] {
  const constant = conversion.constant(reference);
  if (constant) return Array.from(constant.data);
  const node = conversion.find(reference);
  if (node.op === 'Shape') return conversion.value(conversion.input(node, 0)).shape;
  if (node.op === 'Pack') return dataInputs(node).flatMap((input) => staticInts(input, conversion));
  if (node.op === 'StridedSlice') return slice(node, conversion);
  throw notConvertible(`the operator ${node.op} of node "${node.name}" is not supported in a shape`);
}

function slice(node: TfNode, conversion: Conversion): readonly number[] {
  const mask = MASKS.find((name) => node.attr[name]?.i);
  if (mask) throw notConvertible(`StridedSlice "${node.name}" has ${mask}, which is not supported in a shape`);
  const [values, [begin], [end], [step]] = dataInputs(node).map((input) => staticInts(input, conversion));
  if (step !== 1) throw notConvertible(`StridedSlice "${node.name}" has the step ${step}, only 1 is supported`);
  return values.slice(begin, node.attr.shrink_axis_mask?.i ? begin + 1 : end);
}

/** The shape that Reshape gives: −1 is what is left over; the batch stays the batch. */
export function reshaped(node: TfNode, from: readonly number[], target: readonly number[]): number[] {
  const refuse = () =>
    notConvertible(`Reshape "${node.name}" from [${from.join()}] to [${target.join()}] mixes the batch`);
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
  const [first, ...rest] = target;
  if (from[0] !== BATCH || (first !== BATCH && first !== -1)) throw refuse();
  const all = product(from.slice(1));
  const sizes = rest.map((size) => (size === -1 ? all / product(rest.filter((other) => other !== -1)) : size));
  if (product(sizes) !== all || !sizes.every(Number.isInteger)) throw refuse();
  return [BATCH, ...sizes];
}
