import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { guard } from './guard.js';
import { ROOT } from './root.js';

/** Models are there before; what takes longer hangs. */
export const START_LIMIT_MS = 120_000;

export type AppName = 'gateway' | 'inference' | 'viewer' | 'all-in-one';

/** The variables of an app's environment; `DATA_DIR` is a must, so that no test writes into the project. */
export type AppEnvironment = Record<string, string> & { DATA_DIR: string };

/** Starts an app on a free port and waits until it is ready. @throws when it exits before, with what it said. */
export async function startApp(name: AppName, env: AppEnvironment, place?: Place): Promise<App> {
  const app = new App(name, env, place);
  await app.start();
  return app;
}

/** Where an app is started, and as whom: in the project and as the one who tests it, when left out. */
export interface Place {
  root: string;
  uid?: number;
}

/** Runs an app's build without waiting for anything. */
export function launch(app: AppName, env: AppEnvironment, { root, uid }: Place = { root: ROOT }): ChildProcess {
  const child = spawn(process.execPath, ['--enable-source-maps', join(root, 'dist/apps', app, 'main.js')], {
    cwd: root,
    uid,
    gid: uid,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', HOST: '127.0.0.1', LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guard(child);
  return child;
}

/** A process of Kadr, which can be ended and started again. */
export class App {
  /** Of the first start; a later one takes the same port. */
  url = '';
  /** Log events, oldest first, those of earlier starts included. */
  readonly events: Record<string, unknown>[] = [];
  process!: ChildProcess;

  constructor(
    readonly name: AppName,
    private readonly env: AppEnvironment,
    private readonly place?: Place,
  ) {}

  get dataDir(): string {
    return this.env.DATA_DIR;
  }

  /** Starts it, at first or again after its end, and waits until it says that it is ready. */
  async start(): Promise<void> {
    const port: Record<string, string> = this.url ? { PORT: new URL(this.url).port } : {};
    this.process = launch(this.name, { ...this.env, ...port }, this.place);
    this.url = (await this.ready()).replace('localhost', '127.0.0.1');
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    await this.end('SIGTERM');
    return this.process.exitCode;
  }

  /** `kill -9`. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { exitCode, signalCode } = this.process;
    if (exitCode !== null || signalCode !== null) return;
    const exit = once(this.process, 'exit');
    this.process.kill(signal);
    await exit;
  }

  private ready(): Promise<string> {
    const child = this.process;
    const said: string[] = [];
    return new Promise((resolve, reject) => {
      const refuse = (what: string): void => reject(new Error(`${this.name} ${what}:\n${said.join('\n')}`));
      const limit = setTimeout(() => refuse('was not ready in time'), START_LIMIT_MS).unref();
      createInterface({ input: child.stdout! }).on('line', (line) => {
        if (child.exitCode === null) said.push(line);
        if (!line.startsWith('{')) return;
        const event = JSON.parse(line) as Record<string, unknown>;
        this.events.push(event);
        if (event.event !== 'ready') return;
        clearTimeout(limit);
        resolve(String(event.address));
      });
      createInterface({ input: child.stderr! }).on('line', (line) => said.push(line));
      child.once('exit', (code) => refuse(`exited with ${code} before it was ready`));
    });
  }
}
