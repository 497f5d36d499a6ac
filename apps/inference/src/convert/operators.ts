import { convolve, depthwise } from './convolve.js';
import { addConstant, multiplyByConstant, normalise } from './channelwise.js';
import { dataInputs } from './conversion.js';
import type { Conversion, Operator } from './conversion.js';
import { reshaped, staticInts } from './static-shape.js';
import { intsAttribute } from './tf-attributes.js';
import { notConvertibleNode } from './tfjs-graph.js';
import type { TfNode } from './tfjs-graph.js';
import type { Value } from './values.js';

/** Every operator of TensorFlow that can be converted. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['Identity', (node, conversion) => conversion.value(conversion.input(node, 0))],
  ['Conv2D', convolve],
  ['DepthwiseConv2dNative', depthwise],
  ['FusedBatchNorm', normalise],
  ['FusedBatchNormV2', normalise],
  ['FusedBatchNormV3', normalise],
  ['BiasAdd', addConstant],
  ['Add', add],
  ['AddV2', add],
  ['AddN', add],
  ['Mul', multiplyByConstant],
  ['Relu', (node, conversion) => elementwise('Relu', node, conversion)],
  ['Relu6', clipToSix],
  ['Sigmoid', (node, conversion) => elementwise('Sigmoid', node, conversion)],
  ['Reshape', reshape],
  ['Squeeze', squeeze],
  ['ConcatV2', concatenate],
]);

function elementwise(type: string, node: TfNode, conversion: Conversion, limits: string[] = []): Value {
  const input = conversion.tensor(conversion.input(node, 0));
  return { ...input, name: conversion.onnx.node(type, `tf/${node.name}`, [input.name, ...limits]) };
}

function clipToSix(node: TfNode, conversion: Conversion): Value {
  return elementwise('Clip', node, conversion, [conversion.onnx.scalar(0), conversion.onnx.scalar(6)]);
}

function add(node: TfNode, conversion: Conversion): Value {
  const inputs = dataInputs(node);
  if (inputs.some((input) => conversion.constant(input))) return addConstant(node, conversion);
  const [left, right] = inputs.map((input) => ({ input, value: conversion.value(input) }));
  if (inputs.length !== 2 || left.value.shape.join() !== right.value.shape.join()) {
    throw notConvertibleNode(node, 'adds other than two values of the same shape');
  }
  const name = `tf/${node.name}`;
  const pairs = [[left, right] as const, [right, left] as const];
  for (const [one, { input: otherInput }] of pairs) {
    if (one.value.kind !== 'convolution' || !conversion.usedOnce(one.input)) continue;
    const other = conversion.tensor(otherInput);
    if (other.layout !== 'channels-first') continue;
    return { kind: 'sum', name, shape: one.value.shape, convolution: one.value, other };
  }
  const [a, b] = [conversion.tensor(left.input), conversion.tensor(right.input)];
  if (a.layout !== b.layout) throw notConvertibleNode(node, 'adds a picture and a value that was reshaped');
  return { ...a, name: conversion.onnx.node('Add', name, [a.name, b.name]) };
}

function reshape(node: TfNode, conversion: Conversion): Value {
  const input = conversion.channelsLast(conversion.input(node, 0));
  const shape = reshaped(node, input.shape, staticInts(conversion.input(node, 1), conversion));
  const target = conversion.onnx.ints(`tf/${node.name}/shape`, shape);
  return { ...input, shape, name: conversion.onnx.node('Reshape', `tf/${node.name}`, [input.name, target]) };
}

function squeeze(node: TfNode, conversion: Conversion): Value {
  const input = conversion.channelsLast(conversion.input(node, 0));
  const rank = input.shape.length;
  const axes = (intsAttribute(node, 'squeeze_dims') ?? []).map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.length === 0 || axes.some((axis) => input.shape[axis] !== 1)) {
    throw notConvertibleNode(node, `squeezes dimensions ${axes.join()} of [${input.shape.join()}], not all of size 1`);
  }
  const shape = input.shape.filter((_, axis) => !axes.includes(axis));
  const given = conversion.onnx.ints(`tf/${node.name}/axes`, axes);
  return { ...input, shape, name: conversion.onnx.node('Squeeze', `tf/${node.name}`, [input.name, given]) };
}

function concatenate(node: TfNode, conversion: Conversion): Value {
  const references = dataInputs(node);
  const [given] = staticInts(references[references.length - 1], conversion);
  const inputs = references.slice(0, -1).map((reference) => conversion.channelsLast(reference));
  const [first] = inputs;
  const axis = given < 0 ? given + first.shape.length : given;
  if (axis === 0) throw notConvertibleNode(node, 'joins along the batch');
  const length = inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = first.shape.map((size, at) => (at === axis ? length : size));
  const names = inputs.map(({ name }) => name);
  return { ...first, shape, name: conversion.onnx.node('Concat', `tf/${node.name}`, names, { axis }) };
}
