import { notConvertibleNode } from './tfjs-graph.js';
import type { TfNode } from './tfjs-graph.js';

/** Height and width. */
export type Pair = [number, number];

/** A text attribute, such as `padding`. */
export function textAttribute(node: TfNode, name: string): string | undefined {
  const value = node.attr[name]?.s;
  if (value === undefined) return undefined;
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : Buffer.from(value).toString();
}

/** A list of whole numbers, such as `squeeze_dims`. */
export function intsAttribute(node: TfNode, name: string): number[] | undefined {
  return node.attr[name]?.list?.i;
}

/** Strides or dilations: the height and width of a list in the order batch, height, width, channels. */
export function pairAttribute(node: TfNode, name: string): Pair {
  const [, height = 1, width = 1] = intsAttribute(node, name) ?? [];
  return [height, width];
}

/** Refuses channels-first graphs, which TensorFlow.js does not make. */
export function requireChannelsLast(node: TfNode): void {
  const format = textAttribute(node, 'data_format') ?? 'NHWC';
  if (format !== 'NHWC') throw notConvertibleNode(node, `has the data format ${format}, not NHWC`);
}
