import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START_LIMIT_MS, launch, startApp } from './app.js';
import type { App, AppName, Place } from './app.js';

/** A Kadr process started from the build, as a user would run it. */
export type Kadr = App;

/** What a process that was not meant to start said. */
export interface FailedStart {
  code: number | null;
  output: string;
}

/** A folder for a test's data, removed by {@link removeDir}. */
export function makeDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'kadr-test-'));
}

export function removeDir(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

/** Starts all of Kadr on a free port and waits until it is ready. @throws when it exits before, with what it said. */
export function startKadr(dataDir: string, env: Record<string, string> = {}): Promise<Kadr> {
  return startApp('all-in-one', { DATA_DIR: dataDir, ...env });
}

/** Starts Kadr where it is expected to refuse, and gives back its exit code and all that it said. */
export async function failToStart(
  dataDir: string,
  env: Record<string, string>,
  app: AppName = 'all-in-one',
  place?: Place,
): Promise<FailedStart> {
  const child = launch(app, { DATA_DIR: dataDir, ...env }, place);
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const limit = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  await once(child, 'close');
  clearTimeout(limit);
  return { code: child.exitCode, output };
}

/** Polls `read` until `done` holds for its value. @throws after `limitMs`, showing the last value. */
export async function eventually<T>(
  read: () => Promise<T> | T,
  done: (value: T) => boolean,
  limitMs = 20_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > end) throw new Error(`not in ${limitMs} ms; last value: ${JSON.stringify(value)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
