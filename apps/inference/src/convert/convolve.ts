import type { Conversion } from './conversion.js';
import { fromConv2d, fromDepthwise } from './kernels.js';
import type { Kernel } from './kernels.js';
import { samePadding, validPadding } from './padding.js';
import { pairAttribute, requireChannelsLast, textAttribute } from './tf-attributes.js';
import { notConvertibleNode } from './tfjs-graph.js';
import type { TfNode } from './tfjs-graph.js';
import type { Convolution } from './values.js';

/** Conv2D. */
export function convolve(node: TfNode, conversion: Conversion): Convolution {
  const { data, shape } = kernelOf(node, conversion);
  return convolution(node, conversion, fromConv2d(data, shape), (channels) => channels / shape[2]);
}

/** DepthwiseConv2dNative: one group a channel. */
export function depthwise(node: TfNode, conversion: Conversion): Convolution {
  const { data, shape } = kernelOf(node, conversion);
  return convolution(node, conversion, fromDepthwise(data, shape), () => shape[2]);
}

function kernelOf(node: TfNode, conversion: Conversion): { data: Float32Array; shape: number[] } {
  const { data, shape } = conversion.needConstant(node, 1);
  if (!(data instanceof Float32Array) || shape.length !== 4) {
    throw notConvertibleNode(node, `has a kernel of shape [${shape.join()}], not four dimensions of float32`);
  }
  return { data, shape };
}

function convolution(
  node: TfNode,
  conversion: Conversion,
  kernel: Kernel,
  groups: (channels: number) => number,
): Convolution {
  requireChannelsLast(node);
  const input = conversion.tensor(conversion.input(node, 0));
  if (input.layout !== 'channels-first') throw notConvertibleNode(node, 'follows a reshape, which is not supported');
  const [batch, height, width, channels] = input.shape;
  const [outputs, perGroup, kernelHeight, kernelWidth] = kernel.shape;
  const group = groups(channels);
  if (group * perGroup !== channels || outputs % group !== 0) {
    throw notConvertibleNode(node, `has a kernel for other than the ${channels} channels it gets`);
  }
  const strides = pairAttribute(node, 'strides');
  const dilations = pairAttribute(node, 'dilations');
  const pad = paddingOf(node);
  const rows = pad({ size: height, kernel: kernelHeight, stride: strides[0], dilation: dilations[0] });
  const columns = pad({ size: width, kernel: kernelWidth, stride: strides[1], dilation: dilations[1] });
  return {
    kind: 'convolution',
    name: `tf/${node.name}`,
    shape: [batch, rows.output, columns.output, outputs],
    input,
    kernel,
    attributes: { strides, dilations, pads: [rows.before, columns.before, rows.after, columns.after], group },
  };
}

function paddingOf(node: TfNode): typeof samePadding {
  const padding = textAttribute(node, 'padding');
  if (padding === 'SAME') return samePadding;
  if (padding === 'VALID') return validPadding;
  throw notConvertibleNode(node, `has the padding ${padding}, only SAME and VALID are supported`);
}
