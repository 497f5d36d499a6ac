import protobuf from 'protobufjs';
import { ONNX_SCHEMA } from './onnx-schema.js';

const { root } = protobuf.parse(ONNX_SCHEMA, { keepCase: true });
const MODEL = root.lookupType('onnx.ModelProto');

/** ONNX 1.12: old enough for every runtime in use, new enough for every operator that is written. */
const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/** The batch, whose size is known only when the network runs. It is also what ONNX Reshape takes for "as it was". */
export const BATCH = 0;

type Attributes = Record<string, number | readonly number[]>;

/** An ONNX graph in the making. Values are named by strings; every node has one output. */
export class OnnxGraph {
  private readonly nodes: object[] = [];
  private readonly initialisers: object[] = [];
  private readonly inputs: object[] = [];
  private readonly outputs: object[] = [];
  private readonly scalars = new Set<number>();

  /** Adds a float32 input and returns its name. */
  input(name: string, shape: readonly number[]): string {
    this.inputs.push(valueInfo(name, shape));
    return name;
  }

  /** Adds a node and returns its output, which has the node's own name. */
  node(type: string, name: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const attribute = Object.entries(attributes).map(([key, value]) =>
      typeof value === 'number'
        ? { name: key, i: value, type: ATTRIBUTE_INT }
        : { name: key, ints: value, type: ATTRIBUTE_INTS },
    );
    this.nodes.push({ name, op_type: type, input: inputs, output: [name], attribute });
    return name;
  }

  /** Adds a float32 constant. */
  floats(name: string, data: Float32Array, dims: readonly number[]): string {
    const raw_data = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.initialisers.push({ name, dims, data_type: FLOAT, raw_data });
    return name;
  }

  /** A constant float32 without dimensions; one for each value. */
  scalar(value: number): string {
    const name = `scalar/${value}`;
    if (!this.scalars.has(value)) this.floats(name, Float32Array.of(value), []);
    this.scalars.add(value);
    return name;
  }

  /** Adds an int64 vector, as the shapes and axes of operators are. */
  ints(name: string, values: readonly number[]): string {
    const raw_data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.initialisers.push({ name, dims: [values.length], data_type: INT64, raw_data });
    return name;
  }

  /** Makes a value an output of the graph, under a name of its own. */
  output(name: string, value: string, shape: readonly number[]): void {
    this.node('Identity', name, [value]);
    this.outputs.push(valueInfo(name, shape));
  }

  /** The graph as an ONNX model file. */
  encode(): Uint8Array {
    const model = {
      ir_version: IR_VERSION,
      producer_name: 'kadr',
      opset_import: [{ domain: '', version: OPSET }],
      graph: {
        name: 'converted',
        node: this.nodes,
        initializer: this.initialisers,
        input: this.inputs,
        output: this.outputs,
      },
    };
    return MODEL.encode(MODEL.fromObject(model)).finish();
  }
}

function valueInfo(name: string, shape: readonly number[]): object {
  const dim = shape.map((size) => (size === BATCH ? { dim_param: 'n' } : { dim_value: size }));
  return { name, type: { tensor_type: { elem_type: FLOAT, shape: { dim } } } };
}
