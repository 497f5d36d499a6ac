import { execFileSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppName, Place } from './app.js';

const ROOT = join(import.meta.dirname, '../..');

/** Nobody in particular: owns nothing but the folders that an image has as volumes. */
const UID = process.getuid?.() === 0 ? 65_534 : undefined;

/** The stages of `docker/Dockerfile` without Docker: production dependencies, and a folder for each app's target. */
export class Production {
  private constructor(readonly dir: string) {}

  /** Installs into `dir`. better-sqlite3, a minute to compile, is taken from the project; all else npm does. */
  static async install(dir: string): Promise<Production> {
    await chmod(dir, 0o755);
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) await cp(join(ROOT, file), join(dir, file));
    const options = ['--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    execFileSync('npm', ['ci', ...options], { cwd: dir, stdio: 'ignore' });
    const compiled = 'node_modules/better-sqlite3/build';
    await cp(join(ROOT, compiled), join(dir, compiled), { recursive: true });
    return new Production(dir);
  }

  /** What the image of `app` holds: that app's build alone, and what its last stage copies beside it. */
  async image(app: AppName): Promise<Place> {
    const root = join(this.dir, app);
    await mkdir(root);
    await symlink('../node_modules', join(root, 'node_modules'));
    await cp(join(ROOT, 'package.json'), join(root, 'package.json'));
    await cp(join(ROOT, 'scripts/health.mjs'), join(root, 'scripts/health.mjs'));
    for (const path of await copied(app)) await cp(join(ROOT, path), join(root, path), { recursive: true });
    if (app === 'inference' || app === 'all-in-one') await this.own(join(root, 'models/.cache'));
    return { root, uid: UID };
  }

  /** A folder that the app may write to. */
  async volume(name: string): Promise<string> {
    const path = join(this.dir, 'volumes', name);
    await mkdir(path, { recursive: true });
    await this.own(path);
    return path;
  }

  private async own(path: string): Promise<void> {
    await mkdir(path, { recursive: true });
    if (UID !== undefined) await chown(path, UID, UID);
  }
}

/** What the app's stage of the Dockerfile takes from the build and from the project. */
async function copied(app: AppName): Promise<string[]> {
  const file = await readFile(join(ROOT, 'docker/Dockerfile'), 'utf8');
  const stage = file.split(/^FROM /m).find((text) => text.startsWith(`runtime AS ${app}\n`)) ?? '';
  return [...stage.matchAll(/^COPY (?:--from=build \/kadr\/)?(\S+) \S+$/gm)].map(([, path]) => path);
}
