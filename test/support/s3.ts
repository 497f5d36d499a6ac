import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { guard } from './guard.js';
import { cacheFolder, canHaveJars, fetchJars, findJava, propertyOf } from './java.js';
import { eventually } from './kadr.js';
import { pickPort } from './kafka/ports.js';

const HERE = join(import.meta.dirname, 's3proxy');
const POM = join(HERE, 'pom.xml');
const JARS = cacheFolder(`s3proxy-${propertyOf(POM, 's3proxy.version')}`);
const LIMIT_MS = 30_000;
const SECRET = 'the-secret-of-the-tests';
const FLAGS = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];

/** The settings that lead to a {@link TestS3}, in the names of the environment. */
const SETTINGS = {
  S3_BUCKET: 'kadr',
  S3_REGION: 'us-east-1',
  S3_ACCESS_KEY_ID: 'kadr',
  S3_SECRET_ACCESS_KEY: SECRET,
  S3_PREFIX: '',
  S3_FORCE_PATH_STYLE: true,
};

/** An S3 server (S3Proxy on a folder) with an empty bucket. */
export class TestS3 {
  readonly settings: typeof SETTINGS & { S3_ENDPOINT: string };
  private server?: ChildProcess;

  private constructor(
    private readonly folder: string,
    endpoint: string,
  ) {
    this.settings = { ...SETTINGS, S3_ENDPOINT: endpoint };
  }

  /** Starts a server on a free port of the loopback; Maven fetches it once (57 MB). */
  static async start(): Promise<TestS3> {
    await fetchJars(POM, JARS);
    const folder = mkdtempSync(join(tmpdir(), 'kadr-s3-'));
    mkdirSync(join(folder, 'data', SETTINGS.S3_BUCKET), { recursive: true });
    const s3 = new TestS3(folder, `http://127.0.0.1:${await pickPort()}`);
    writeFileSync(join(folder, 's3proxy.conf'), s3.configuration());
    await s3.resume();
    return s3;
  }

  /** The file of the object `key`, or of the bucket's part above it. */
  path(key: string): string {
    return join(this.folder, 'data', SETTINGS.S3_BUCKET, key);
  }

  /** Makes an object look as if it had been stored `seconds` ago. */
  age(key: string, seconds: number): void {
    const time = Date.now() / 1000 - seconds;
    utimesSync(this.path(key), time, time);
  }

  /** Kills the server; the objects stay. */
  async pause(): Promise<void> {
    if (this.server?.exitCode !== null || this.server.signalCode !== null) return;
    const exit = once(this.server, 'exit');
    this.server.kill('SIGKILL');
    await exit;
  }

  /** Starts the server again, where it was. */
  async resume(): Promise<void> {
    const main = ['-cp', join(JARS, '*'), 'org.gaul.s3proxy.Main'];
    const log = `-Dlogback.configurationFile=${join(HERE, 'logback.xml')}`;
    const server = spawn(findJava()!, [...FLAGS, log, ...main, '--properties', join(this.folder, 's3proxy.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    guard(server, this.folder);
    this.server = server;
    let said = '';
    server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const answers = async (): Promise<boolean> => {
      if (server.exitCode !== null) throw new Error(`S3Proxy exited with ${server.exitCode}:\n${said}`);
      // Any answer will do: without credentials it is a refusal.
      return fetch(this.settings.S3_ENDPOINT).then(
        () => true,
        () => false,
      );
    };
    try {
      await eventually(answers, Boolean, LIMIT_MS);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.folder, { recursive: true });
  }

  private configuration(): string {
    const { S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = this.settings;
    return [
      `s3proxy.endpoint=${S3_ENDPOINT}`,
      's3proxy.authorization=aws-v2-or-v4',
      `s3proxy.identity=${S3_ACCESS_KEY_ID}`,
      `s3proxy.credential=${S3_SECRET_ACCESS_KEY}`,
      'jclouds.provider=filesystem-nio2',
      `jclouds.filesystem.basedir=${join(this.folder, 'data')}`,
    ].join('\n');
  }
}

/** A suite on a real S3 server; skipped, saying why, where there is none. In CI (the variable `CI`) that is an error. */
export function describeS3(name: string, body: () => void): void {
  const there = findJava() !== undefined && canHaveJars(JARS);
  const how = 'There is no S3 server: install Java 17 or newer (and, for the first run, Maven)';
  if (!there && process.env.CI) throw new Error(`${name} cannot run. ${how}.`);
  if (!there) console.warn(`${name}: skipped. ${how}.`);
  (there ? describe : describe.skip)(name, body);
}
