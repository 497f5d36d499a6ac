import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '@kadr/errors';
import { MODEL_FILE } from './model-file.js';
import type { ModelFile, SsdFile } from './model-file.js';
import type { ModelSpec, SsdSpec } from './model-spec.js';

interface Entry {
  /** Path of model.json. */
  path: string;
  folder: string;
  file: ModelFile;
}

/** The models that can be served: every `<models>/<id>/model.json`. */
export class Catalogue {
  private constructor(private readonly specs: ReadonlyMap<string, ModelSpec>) {}

  /**
   * Reads and checks every entry; pipelines get their detector, labels are read.
   * @throws AppError naming the file, the key and what is allowed, for the first bad entry.
   */
  static async load(modelsDir: string): Promise<Catalogue> {
    const entries = await readEntries(resolve(modelsDir));
    const detectors = new Map<string, SsdSpec>();
    for (const entry of entries) {
      if (entry.file.family === 'ssd') detectors.set(entry.file.id, await detectorSpec(entry, entry.file));
    }
    const specs = entries.map((entry) => [entry.file.id, resolveSpec(entry, detectors)] as const);
    return new Catalogue(new Map(specs));
  }

  /** Every entry, ordered by id. */
  all(): ModelSpec[] {
    return [...this.specs.values()];
  }

  /** @throws AppError `unknown-model` naming the models there are. */
  get(id: string): ModelSpec {
    const spec = this.specs.get(id);
    if (spec) return spec;
    const known = [...this.specs.keys()].join(', ');
    throw new AppError('not-found', 'unknown-model', `There is no model "${id}". There are: ${known}.`);
  }

  has(id: string): boolean {
    return this.specs.has(id);
  }
}

async function readEntries(modelsDir: string): Promise<Entry[]> {
  const folders = await readdir(modelsDir, { withFileTypes: true }).catch((error: unknown) => {
    throw bad(modelsDir, 'the folder of models cannot be read; set MODELS_DIR to it', error);
  });
  const names = folders.filter((item) => !item.isFile() && !item.name.startsWith('.')).map((item) => item.name);
  const read = await Promise.all(names.sort().map((name) => readEntry(join(modelsDir, name), name)));
  const entries = read.filter((entry) => entry !== undefined);
  if (entries.length === 0) throw bad(modelsDir, 'no folder in it holds a model.json; set MODELS_DIR');
  return entries;
}

async function readEntry(folder: string, name: string): Promise<Entry | undefined> {
  const path = join(folder, 'model.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw bad(path, 'it cannot be read', error);
  });
  if (text === undefined) return undefined;
  const file = parse(path, text);
  if (file.id !== name) throw bad(path, `id is "${file.id}", but must be the name of its folder, "${name}"`);
  return { path, folder, file };
}

function parse(path: string, text: string): ModelFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw bad(path, `it is not JSON: ${(error as Error).message}`, error);
  }
  const parsed = MODEL_FILE.safeParse(json);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole file'}: ${issue.message}`);
  throw bad(path, lines.join('; '));
}

async function detectorSpec({ path, folder }: Entry, file: SsdFile): Promise<SsdSpec> {
  const labels = typeof file.labels === 'string' ? await readLabels(path, join(folder, file.labels)) : file.labels;
  const { columns, threshold } = file.postprocessing;
  if (columns.length !== labels.length) {
    throw bad(path, `postprocessing.columns has ${columns.length} entries, but there are ${labels.length} labels`);
  }
  if (!(file.convert.graph in file.weights)) {
    const known = Object.keys(file.weights).join(', ');
    throw bad(path, `convert.graph is "${file.convert.graph}", but must be one of weights: ${known}`);
  }
  return { ...file, folder, labels, threshold };
}

async function readLabels(path: string, labelsPath: string): Promise<string[]> {
  const text = await readFile(labelsPath, 'utf8').catch((error: unknown) => {
    throw bad(path, `labels names the file ${labelsPath}, which cannot be read`, error);
  });
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

function resolveSpec({ path, folder, file }: Entry, detectors: ReadonlyMap<string, SsdSpec>): ModelSpec {
  const id = file.family === 'ssd' ? file.id : file.pipeline.detector;
  const detector = detectors.get(id);
  if (!detector) {
    const known = [...detectors.keys()].join(', ') || 'none';
    throw bad(path, `pipeline.detector is "${id}", which is no detector; there are: ${known}`);
  }
  if (file.family === 'ssd') return detector;
  return { ...file, folder, labels: detector.labels, threshold: detector.threshold, detector };
}

function bad(path: string, what: string, cause?: unknown): AppError {
  return new AppError('internal', 'model-failed', `${path}: ${what}.`, { cause, retryable: false });
}
