import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { numbers, until } from '../../test/harness.js';

jest.setTimeout(60_000);

/** Enough to outlast the start of a second process. */
const MESSAGES = 1000;
const REGISTER = new URL('../../test/kill/ts-register.mjs', import.meta.url).href;
const WORKER = fileURLToPath(new URL('../../test/kill/worker.ts', import.meta.url));

describe('a process killed with -9', () => {
  let dataDir: string;
  let children: ChildProcess[];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'kadr-kill-'));
    children = [];
  });

  afterEach(async () => {
    await Promise.all(children.map(kill));
    rmSync(dataDir, { recursive: true });
  });

  it('held its folder while it lived, and loses nothing: the next one goes on where it was', async () => {
    const first = work(MESSAGES);
    await said(first, 'published');
    await said(work(0), 'another Kadr runs on this DATA_DIR');
    await until('half of the work', () => finished().length > 100);
    await kill(first);
    const before = finished().length;

    await said(work(0), 'published');
    await until('the rest', () => new Set(finished()).size === MESSAGES);
    expect(new Set(finished())).toEqual(new Set(numbers(MESSAGES)));
    // Twice came what it had in work, and what it finished in the last moments before its offsets were written.
    expect(finished().length).toBeLessThan(MESSAGES + before);
  });

  function work(messages: number): ChildProcess {
    const args = ['--import', REGISTER, WORKER, dataDir, String(messages)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  }

  function finished(): string[] {
    const file = join(dataDir, 'finished');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  }
});

/** Resolves with the child's first words, which must hold `words`. */
async function said(child: ChildProcess, words: string): Promise<void> {
  if (!child.stdout) throw new Error('the child has no output');
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  expect(chunk.toString()).toContain(words);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
