import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../dist/apps/all-in-one/main.js');
const START_LIMIT_MS = 120_000;

/** A Kadr process started from the build, as a user would run it. */
export interface Kadr {
  url: string;
  dataDir: string;
  process: ChildProcess;
  /** Log events, oldest first. */
  events: Record<string, unknown>[];
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** `kill -9`. */
  kill(): Promise<void>;
}

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

function launch(dataDir: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--enable-source-maps', MAIN], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts Kadr on a free port and waits until it says that it is ready. @throws when it exits before, with what it said. */
export async function startKadr(dataDir: string, env: Record<string, string> = {}): Promise<Kadr> {
  const child = launch(dataDir, env);
  const events: Record<string, unknown>[] = [];
  const said: string[] = [];
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      said.push(line);
      if (!line.startsWith('{')) return;
      const event = JSON.parse(line) as Record<string, unknown>;
      events.push(event);
      if (event.event === 'ready') resolve(String(event.address));
    });
    createInterface({ input: child.stderr! }).on('line', (line) => said.push(line));
    child.once('exit', (code) => reject(new Error(`exited with ${code} before it was ready:\n${said.join('\n')}`)));
    setTimeout(() => reject(new Error(`not ready in time:\n${said.join('\n')}`)), START_LIMIT_MS).unref();
  });
  const url = (await ready).replace('localhost', '127.0.0.1');
  return {
    url,
    dataDir,
    process: child,
    events,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill('SIGTERM');
        await exit;
      }
      return child.exitCode;
    },
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Starts Kadr where it is expected to refuse, and gives back its exit code and all that it said. */
export async function failToStart(dataDir: string, env: Record<string, string>): Promise<FailedStart> {
  const child = launch(dataDir, env);
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
