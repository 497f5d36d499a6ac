import { dataInputs } from './conversion.js';
import type { Conversion } from './conversion.js';
import { batchNorm, fold } from './kernels.js';
import { notConvertibleNode } from './tfjs-graph.js';
import type { TfNode, TfTensor } from './tfjs-graph.js';
import { requireChannelsLast } from './tf-attributes.js';
import type { Value } from './values.js';

/** What is done to each channel: times a factor, plus a shift; one that is left out changes nothing. */
interface Affine {
  factor?: Float32Array;
  shift?: Float32Array;
}

/** FusedBatchNorm in inference. */
export function normalise(node: TfNode, conversion: Conversion): Value {
  requireChannelsLast(node);
  if (node.attr.is_training?.b) throw notConvertibleNode(node, 'is for training');
  const reference = conversion.input(node, 0);
  const channels = channelsOf(reference, conversion);
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) =>
    perChannel(node, conversion.needConstant(node, index), channels),
  );
  return apply(node, conversion, reference, batchNorm(gamma, beta, mean, variance, node.attr.epsilon?.f ?? 1e-4));
}

/** Add or BiasAdd of a constant. */
export function addConstant(node: TfNode, conversion: Conversion): Value {
  const { reference, values } = constantOperand(node, conversion);
  return apply(node, conversion, reference, { shift: values });
}

/** Mul by a constant. */
export function multiplyByConstant(node: TfNode, conversion: Conversion): Value {
  const { reference, values } = constantOperand(node, conversion);
  return apply(node, conversion, reference, { factor: values });
}

function constantOperand(node: TfNode, conversion: Conversion): { reference: string; values: Float32Array } {
  const inputs = dataInputs(node);
  const reference = inputs.find((input) => !conversion.constant(input));
  const constants = inputs.map((input) => conversion.constant(input)).filter((constant) => constant !== undefined);
  if (inputs.length !== 2 || constants.length !== 1 || reference === undefined) {
    throw notConvertibleNode(node, 'takes other than one value and one constant');
  }
  return { reference, values: perChannel(node, constants[0], channelsOf(reference, conversion)) };
}

function channelsOf(reference: string, conversion: Conversion): number {
  const { shape } = conversion.value(reference);
  return shape[shape.length - 1];
}

function perChannel(node: TfNode, { data, shape }: TfTensor, channels: number): Float32Array {
  if (data.length === 1) return new Float32Array(channels).fill(data[0]);
  if (data.length !== channels || shape[shape.length - 1] !== channels) {
    throw notConvertibleNode(node, `has a constant of shape [${shape.join()}], not one value for ${channels} channels`);
  }
  return Float32Array.from(data);
}

/** Folds into the convolution before if nothing else needs that; else writes Mul and Add. */
function apply(node: TfNode, conversion: Conversion, reference: string, { factor, shift }: Affine): Value {
  const value = conversion.value(reference);
  const name = `tf/${node.name}`;
  if (conversion.usedOnce(reference)) {
    if (value.kind === 'convolution') return { ...value, name, kernel: fold(value.kernel, factor, shift) };
    if (value.kind === 'sum' && !factor) {
      const convolution = { ...value.convolution, kernel: fold(value.convolution.kernel, undefined, shift) };
      return { ...value, name, convolution };
    }
  }
  const tensor = conversion.tensor(reference);
  const written = (type: string, from: string, values: Float32Array) => {
    const dims = tensor.layout === 'channels-first' ? [values.length, 1, 1] : [values.length];
    const constant = conversion.onnx.floats(`${name}/${type}/constant`, values, dims);
    return conversion.onnx.node(type, `${name}/${type}`, [from, constant]);
  };
  let last = tensor.name;
  if (factor) last = written('Mul', last, factor);
  if (shift) last = written('Add', last, shift);
  return { ...tensor, name: last };
}
