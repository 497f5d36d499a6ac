import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { SsdSpec } from '../catalogue/model-spec.js';
import { modelDigest } from '../catalogue/model-spec.js';
import type { DetectorFiles, FetchWeights } from '../weights/prepared-model.js';
import { cannotStore, isOfFileSystem } from '../weights/weights-error.js';
import { convertGraph } from './convert-graph.js';
import { madeOnce } from './converted-cache.js';
import { notConvertible, readTfGraph } from './tfjs-graph.js';

/** Goes into the cache's key: raise it when the converter makes something else of the same graph. */
const CONVERTER_VERSION = 1;

/**
 * A detector's TensorFlow.js graph as ONNX, and its anchors; converted once and kept in `<models>/.cache/converted`.
 * @param files paths of the detector's weights by name
 * @throws AppError naming the operator or node that cannot be converted, or the folder that cannot be written
 */
export async function convertDetector(
  spec: SsdSpec,
  files: Record<string, string>,
  modelsDir: string,
  { onRepair }: FetchWeights = {},
): Promise<DetectorFiles> {
  const recipe = JSON.stringify([CONVERTER_VERSION, modelDigest(spec), spec.convert, spec.input]);
  const key = createHash('sha256').update(recipe).digest('hex');
  const folder = resolve(modelsDir, '.cache', 'converted', key);
  try {
    await madeOnce(folder, () => convert(spec, files), onRepair);
  } catch (error) {
    throw isOfFileSystem(error) ? cannotStore(`the converted network of ${spec.id}`, folder, error) : error;
  }
  return { network: join(folder, 'network.onnx'), anchors: join(folder, 'anchors.f32') };
}

async function convert(spec: SsdSpec, files: Record<string, string>): Promise<Record<string, Uint8Array>> {
  const { graph, input, outputs, anchors } = spec.convert;
  const others = Object.entries(files).filter(([name]) => name !== graph);
  const shards = await Promise.all(others.map(async ([, path]) => [basename(path), await readFile(path)] as const));
  const tf = readTfGraph(await readFile(files[graph], 'utf8'), new Map(shards));
  const boxes = tf.constants.get(anchors);
  if (!(boxes?.data instanceof Float32Array) || boxes.shape.at(-1) !== 4) {
    throw notConvertible(`convert.anchors is "${anchors}", which is no constant of boxes`);
  }
  return {
    'network.onnx': convertGraph(tf, { input, outputs, ...spec.input }),
    'anchors.f32': new Uint8Array(boxes.data.buffer, boxes.data.byteOffset, boxes.data.byteLength),
  };
}
