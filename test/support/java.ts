import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The `java` to use, if it is 17 or newer. */
export function findJava(): string | undefined {
  const home = process.env.JAVA_HOME;
  const java = home ? join(home, 'bin', 'java') : 'java';
  const { stderr, status } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return Number(/version "(\d+)/.exec(stderr)?.[1]) >= 17 ? java : undefined;
}

/** True when there are jars in `folder`, or Maven is there to fetch them. */
export function canHaveJars(folder: string): boolean {
  if (existsSync(folder)) return true;
  return (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, 'mvn')));
}

/** Where the tests keep what they fetched of `name` for later runs. */
export function cacheFolder(name: string): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kadr-tests', name);
}

/** The value of a property of a Maven `pom`. */
export function propertyOf(pom: string, name: string): string {
  return new RegExp(`<${name}>([^<]+)<`).exec(readFileSync(pom, 'utf8'))![1];
}

/**
 * Has the jars that `pom` names in `target`, fetched once for each machine: into a folder of its own first, so that two
 * runs may race. @throws when Maven cannot.
 */
export async function fetchJars(pom: string, target: string): Promise<void> {
  if (existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true });
  const staging = await mkdtemp(`${target}-`);
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${staging}`];
  try {
    await run('mvn', ['-B', '-q', '-Dstyle.color=never', '-f', pom, ...goal], { maxBuffer: 64 << 20 });
    await chmod(staging, 0o755);
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (existsSync(target)) return;
    throw new Error(`Maven could not fetch what ${pom} names: ${lastLines(error)}`, { cause: error });
  }
}

/** The end of what a program said that failed. */
export function lastLines(error: unknown, lines = 20): string {
  const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
  return (stdout + stderr || message).trimEnd().split('\n').slice(-lines).join('\n');
}
