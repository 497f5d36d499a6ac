import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** The files of the built page, by the path they are served at. Only what was there at the start can be asked for. */
export class PageFiles {
  private constructor(
    readonly folder: string,
    private readonly files: ReadonlySet<string>,
  ) {}

  /** Lists the files under `folder`; a folder that is not there has none. */
  static async read(folder: string): Promise<PageFiles> {
    return new PageFiles(folder, new Set(await list(folder)));
  }

  /** False when the page has not been built. */
  get exist(): boolean {
    return this.files.has('index.html');
  }

  /** The file of a URL's path, relative to the folder. */
  find(path: string): string | undefined {
    const name = path === '/' ? 'index.html' : path.slice(1);
    return this.files.has(name) ? name : undefined;
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
