import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describe } from '@jest/globals';
import { guard } from './guard.js';

const run = promisify(execFile);
const EXAMPLES = join(import.meta.dirname, '../../examples/python');
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kadr-tests');
/** The oldest that the examples run on. */
const OLDEST = [3, 11];

/** True when there is a Python for the examples. */
export function hasPython(): boolean {
  try {
    const found = versionOf().split('.').map(Number);
    return found[0] === OLDEST[0] && found[1] >= OLDEST[1];
  } catch {
    return false;
  }
}

/** Calls `body` where there is Python; elsewhere its tests are skipped, saying why, and in CI (variable `CI`) that fails. */
export function withPython(name: string, body: () => void): void {
  if (hasPython()) return body();
  const why = `${name}: there is no Python ${OLDEST.join('.')} or newer: install it, with its venv`;
  if (process.env.CI) throw new Error(why);
  console.warn(`${why}. Skipped.`);
  describe.skip('without Python', body);
}

/** A Python with the packages of the examples; fetched once for each list of them. @throws what pip says */
export async function examplesPython(): Promise<string> {
  const requirements = join(EXAMPLES, 'requirements.txt');
  const hash = createHash('sha256').update(versionOf()).update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(CACHE, `python-${hash}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  await mkdir(CACHE, { recursive: true });
  const fresh = await mkdtemp(join(CACHE, 'new-python-'));
  await run('python3', ['-m', 'venv', fresh]);
  await run(join(fresh, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
  try {
    await rename(fresh, folder);
  } catch (error) {
    // Another run was first.
    if (!existsSync(python)) throw error;
    await rm(fresh, { recursive: true });
  }
  return python;
}

/** One of the examples, running. */
export class Program {
  /** What it said, by lines. */
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly end: Promise<unknown>;

  constructor(python: string, script: string, args: string[], env: Record<string, string>) {
    const options = { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1', ...env };
    this.child = spawn(python, [join(EXAMPLES, script), ...args], { env: options, stdio: ['ignore', 'pipe', 'pipe'] });
    guard(this.child);
    this.end = once(this.child, 'close');
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
  }

  /** Resolves when it has ended by itself. @throws with what it said when it failed */
  async done(): Promise<string[]> {
    await this.end;
    if (this.child.exitCode === 0) return this.lines;
    throw new Error(`exited with ${this.child.exitCode ?? this.child.signalCode}:\n${this.lines.join('\n')}`);
  }

  /** SIGTERM; resolves as {@link done}. */
  stop(): Promise<string[]> {
    this.child.kill('SIGTERM');
    return this.done();
  }
}

function versionOf(): string {
  const script = 'import platform, venv; print(platform.python_version())';
  return execFileSync('python3', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
