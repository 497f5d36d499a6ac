import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { Pool } from 'undici';
import { guard } from '../../test/support/guard.js';
import type { Scenario } from './scenario.js';

/** The whole of Kadr in its own process, asked over HTTP. */
export interface Server {
  once(scenario: Scenario): Promise<void>;
  stop(): Promise<void>;
}

export async function startServer(root: string): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kadr-bench-'));
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, LOG_FORMAT: 'json' };
  const child = spawn(process.execPath, [join(root, 'dist/apps/all-in-one/main.js')], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  guard(child);
  let address = '';
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { event: string; address?: string };
    if (event.event === 'ready') address = event.address ?? '';
    if (address) break;
  }
  child.stdout.resume();
  const pool = new Pool(address.replace('localhost', '127.0.0.1'), { connections: 64, pipelining: 1 });
  return {
    once: (scenario) => predict(pool, scenario),
    async stop() {
      await pool.close();
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Reads the answer without keeping it: what the client costs is no part of what is measured. */
export async function predict(pool: Pool, { model, annotate, jpeg }: Scenario): Promise<void> {
  const headers = { 'content-type': 'image/jpeg', accept: annotate ? 'image/jpeg' : 'application/json' };
  const path = `/v1/predict?model=${model}`;
  const { statusCode, body } = await pool.request({ method: 'POST', path, headers, body: jpeg });
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${await body.text()}`);
  await finished(body.resume());
}
