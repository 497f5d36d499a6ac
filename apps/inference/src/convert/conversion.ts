import { OnnxGraph } from './onnx-graph.js';
import { notConvertible } from './tfjs-graph.js';
import type { TfGraph, TfNode, TfTensor } from './tfjs-graph.js';
import type { Convolution, Tensor, Value } from './values.js';

/** Writes the ONNX value of a node whose inputs are at hand. */
export type Operator = (node: TfNode, conversion: Conversion) => Value;

/** One graph on its way to ONNX: every node is visited once, from the outputs back to the cut. */
export class Conversion {
  readonly onnx = new OnnxGraph();
  private readonly values = new Map<string, Value>();
  private readonly written = new Map<Value, Tensor>();
  private readonly uses: ReadonlyMap<string, number>;

  constructor(
    private readonly graph: TfGraph,
    private readonly operators: ReadonlyMap<string, Operator>,
    input: { node: string; name: string; shape: readonly number[] },
    outputs: readonly string[],
  ) {
    const cut = this.find(input.node).name;
    const [batch, height, width, channels] = input.shape;
    const name = this.onnx.input(input.name, [batch, channels, height, width]);
    this.values.set(cut, { kind: 'tensor', name, shape: input.shape, layout: 'channels-first' });
    this.uses = this.countUses(cut, outputs);
  }

  /** The node that an input refers to. */
  find(reference: string): TfNode {
    const [name, output = '0'] = reference.split(':');
    const node = this.graph.nodes.get(name);
    if (!node) throw notConvertible(`there is no node "${name}"`);
    if (output !== '0') throw notConvertible(`output ${output} of ${node.op} "${name}" is used, only the first can be`);
    return node;
  }

  constant(reference: string): TfTensor | undefined {
    return this.graph.constants.get(this.find(reference).name);
  }

  /** The constant that an operator needs there, such as a convolution's kernel. */
  needConstant(node: TfNode, index: number): TfTensor {
    const constant = this.constant(this.input(node, index));
    if (!constant) throw notConvertible(`input ${index} of ${node.op} "${node.name}" is not a constant`);
    return constant;
  }

  input(node: TfNode, index: number): string {
    const reference = dataInputs(node)[index];
    if (reference === undefined) throw notConvertible(`${node.op} "${node.name}" has no input ${index}`);
    return reference;
  }

  value(reference: string): Value {
    const node = this.find(reference);
    const known = this.values.get(node.name);
    if (known) return known;
    const operator = this.operators.get(node.op);
    if (!operator) throw notConvertible(`the operator ${node.op} of node "${node.name}" is not supported`);
    const value = operator(node, this);
    this.values.set(node.name, value);
    return value;
  }

  /** Whether nothing else needs the node as it is, so that it may be folded into what follows. */
  usedOnce(reference: string): boolean {
    return this.uses.get(this.find(reference).name) === 1;
  }

  /** The value as the ONNX graph has it; a convolution is written now. */
  tensor(reference: string): Tensor {
    return this.write(this.value(reference));
  }

  /** The value in TensorFlow's own order of dimensions. */
  channelsLast(reference: string): Tensor {
    const tensor = this.tensor(reference);
    if (tensor.layout === 'as-is') return tensor;
    const name = `${tensor.name}/channels-last`;
    this.onnx.node('Transpose', name, [tensor.name], { perm: [0, 2, 3, 1] });
    return { ...tensor, name, layout: 'as-is' };
  }

  private write(value: Value): Tensor {
    if (value.kind === 'tensor') return value;
    const known = this.written.get(value);
    if (known) return known;
    const name = value.kind === 'convolution' ? this.writeConvolution(value) : this.writeSum(value);
    const tensor: Tensor = { kind: 'tensor', name, shape: value.shape, layout: 'channels-first' };
    this.written.set(value, tensor);
    return tensor;
  }

  private writeSum({ name, convolution, other }: Extract<Value, { kind: 'sum' }>): string {
    return this.onnx.node('Add', name, [this.write(convolution).name, other.name]);
  }

  private writeConvolution({ name, input, kernel, attributes }: Convolution): string {
    const weights = this.onnx.floats(`${name}/kernel`, kernel.data, kernel.shape);
    const bias = this.onnx.floats(`${name}/bias`, kernel.bias, [kernel.bias.length]);
    return this.onnx.node('Conv', name, [input.name, weights, bias], {
      ...attributes,
      kernel_shape: kernel.shape.slice(2),
    });
  }

  private countUses(cut: string, outputs: readonly string[]): Map<string, number> {
    const uses = new Map<string, number>();
    const waiting = [...outputs];
    for (let reference = waiting.pop(); reference !== undefined; reference = waiting.pop()) {
      const node = this.find(reference);
      const before = uses.get(node.name) ?? 0;
      uses.set(node.name, before + 1);
      if (before === 0 && node.name !== cut) waiting.push(...dataInputs(node));
    }
    return uses;
  }
}

/** A node's inputs without those that only order its execution. */
export function dataInputs(node: TfNode): string[] {
  return node.input.filter((reference) => !reference.startsWith('^'));
}
