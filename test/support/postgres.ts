import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually } from './kadr.js';

/** A server of its own, with an empty database. */
export interface TestPostgres {
  url: string;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
  /** `kill -9`; its data stay for {@link restart}. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; one that runs is stopped first, its connections cut. */
  restart(): Promise<void>;
}

const PROGRAMS = ['initdb', 'postgres', 'pg_isready'];
const DEBIAN = '/usr/lib/postgresql';
const LIMIT_MS = 30_000;

/** Where PostgreSQL's programs are, if it is installed. Debian does not have them in the path. */
export function findPostgres(): string | undefined {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...debian];
  return folders.find((folder) => PROGRAMS.every((name) => existsSync(join(folder, name))));
}

/** Starts the server of `programs` on a free port of the loopback. */
export async function startPostgres(programs: string): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'kadr-postgres-'));
  const options = unprivileged(folder);
  const data = join(folder, 'data');
  const init = ['-D', data, '-U', 'kadr', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'];
  execFileSync(join(programs, 'initdb'), init, { ...options, stdio: 'ignore' });
  const port = await freePort();
  const run = (): Promise<ChildProcess> => runServer(programs, data, port, options);
  let server = await run();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    server.kill(signal);
    await exit;
  };
  return {
    url: `postgresql://kadr@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await end('SIGINT');
      rmSync(folder, { recursive: true });
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGINT');
      server = await run();
    },
  };
}

/** Starts a server and waits until it takes connections. */
async function runServer(programs: string, data: string, port: number, options: SpawnOptions): Promise<ChildProcess> {
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-c', 'fsync=off'];
  const start = (): ChildProcess => spawn(join(programs, 'postgres'), args, { ...options, stdio: 'ignore' });
  let server = start();
  const ask = (): number | null => {
    // The children of one that was killed hold its memory for a moment.
    if (server.exitCode !== null) server = start();
    return spawnSync(join(programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).status;
  };
  try {
    await eventually(ask, (status) => status === 0, LIMIT_MS);
  } catch (error) {
    server.kill('SIGINT');
    throw error;
  }
  return server;
}

/** PostgreSQL does not run as root: it is given to the user whom its package made. */
function unprivileged(folder: string): SpawnOptions {
  if (process.getuid?.() !== 0) return { cwd: folder };
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
  chownSync(folder, uid, gid);
  return { cwd: folder, uid, gid };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
