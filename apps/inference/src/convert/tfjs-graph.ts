import { z } from 'zod';
import { AppError } from '@kadr/errors';

const attribute = z.object({
  i: z.coerce.number().optional(),
  f: z.number().optional(),
  b: z.boolean().optional(),
  /** Text: its bytes as numbers, or in base64. */
  s: z.union([z.array(z.number()), z.string()]).optional(),
  list: z.object({ i: z.array(z.coerce.number()).optional() }).optional(),
});

const node = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z.record(z.string(), attribute).default({}),
});

const MODEL_JSON = z.object({
  modelTopology: z.object({ node: z.array(node) }),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(z.object({ name: z.string(), shape: z.array(z.int().min(0)), dtype: z.string() }).loose()),
    }),
  ),
});

type Manifest = z.infer<typeof MODEL_JSON>['weightsManifest'][number];

/** A node of a TensorFlow.js graph model. */
export type TfNode = z.infer<typeof node>;

/** A constant of the graph. TensorFlow's layout: channels last. */
export interface TfTensor {
  shape: number[];
  data: Float32Array | Int32Array;
}

/** A TensorFlow.js graph model: nodes and constants by name. */
export interface TfGraph {
  nodes: Map<string, TfNode>;
  constants: Map<string, TfTensor>;
}

/**
 * Reads a TensorFlow.js graph model.
 * @param modelJson text of its model.json
 * @param shards its other files by name
 * @throws AppError when the text is no graph model, a shard is missing or too short, or the weights are quantised
 */
export function readTfGraph(modelJson: string, shards: ReadonlyMap<string, Uint8Array>): TfGraph {
  const parsed = MODEL_JSON.safeParse(parseJson(modelJson));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw notConvertible(`it is no TensorFlow.js graph model: ${issue.path.join('.')}: ${issue.message}`);
  }
  const { modelTopology, weightsManifest } = parsed.data;
  const constants = new Map<string, TfTensor>();
  for (const group of weightsManifest) readGroup(group, shards, constants);
  return { nodes: new Map(modelTopology.node.map((item) => [item.name, item])), constants };
}

/** A graph that cannot become ONNX, and why. */
export function notConvertible(why: string): AppError {
  return new AppError('internal', 'model-failed', `The graph cannot be converted to ONNX: ${why}.`, {
    retryable: false,
  });
}

/** A node that cannot become ONNX: what it does that is not supported. */
export function notConvertibleNode(node: TfNode, what: string): AppError {
  return notConvertible(`${node.op} "${node.name}" ${what}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notConvertible(`its model.json is not JSON: ${(error as Error).message}`);
  }
}

function readGroup(group: Manifest, shards: ReadonlyMap<string, Uint8Array>, into: Map<string, TfTensor>): void {
  const parts = group.paths.map((path) => {
    const part = shards.get(path);
    if (!part) throw notConvertible(`its file ${path} is not among the weights in model.json`);
    return part;
  });
  // A buffer of its own, so that typed arrays over it are aligned.
  const bytes = new Uint8Array(Buffer.concat(parts)).buffer;
  let offset = 0;
  for (const { name, shape, dtype, quantization } of group.weights) {
    if (quantization) throw notConvertible(`the constant ${name} is quantised`);
    if (dtype !== 'float32' && dtype !== 'int32') throw notConvertible(`the constant ${name} is of type ${dtype}`);
    const length = shape.reduce((product, size) => product * size, 1);
    if (offset + length * 4 > bytes.byteLength) throw notConvertible(`its files end before the constant ${name}`);
    const data = dtype === 'float32' ? new Float32Array(bytes, offset, length) : new Int32Array(bytes, offset, length);
    into.set(name, { shape, data });
    offset += length * 4;
  }
}
