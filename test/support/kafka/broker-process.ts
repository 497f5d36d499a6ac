import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { guard } from '../guard.js';
import { sharedClasses } from './java.js';
import type { JavaKafka } from './java.js';
import { askCluster } from './probe.js';
import type { KafkaNode } from './properties.js';

const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const LOG = 'broker.log';

/** A broker's JVM; it never outlives the process that started it. */
export class BrokerProcess {
  private readonly child: ChildProcess;
  private readonly exit: Promise<unknown>;

  constructor(
    kafka: JavaKafka,
    private readonly node: KafkaNode,
    extraFlags: string[] = sharedClasses(kafka),
  ) {
    const log = openSync(this.logFile, 'a');
    const logging = [
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dorg.slf4j.simpleLogger.showDateTime=true',
      '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
    ];
    const flags = [...kafka.flags, ...extraFlags, '-Djava.net.preferIPv4Stack=true', ...logging];
    const main = ['-cp', kafka.classpath, 'kafka.Kafka', join(node.folder, 'server.properties')];
    this.child = spawn(kafka.java, [...flags, ...main], { stdio: ['ignore', log, log], cwd: node.folder });
    closeSync(log);
    this.exit = once(this.child, 'exit');
    this.child.unref();
    guard(this.child, dirname(node.folder));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when the node answers and sees `wanted`. @throws with the end of its log when it ends or takes too long. */
  async ready(wanted: number[]): Promise<void> {
    for (const end = Date.now() + READY_LIMIT_MS; ;) {
      const view = await askCluster(this.node.insidePort).catch(() => undefined);
      if (view && view.controller >= 0 && wanted.every((id) => view.brokers.includes(id))) return;
      if (!this.running) throw new Error(`Broker ${this.node.id} ended while it started. ${this.lastWords()}`);
      if (Date.now() > end) throw new Error(`Broker ${this.node.id} does not answer. ${this.lastWords()}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Ends it; SIGTERM has a limit, after which it is killed. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.running) return;
    this.child.ref();
    this.child.kill(signal);
    const limit = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.exit;
    clearTimeout(limit);
  }

  private get logFile(): string {
    return join(this.node.folder, LOG);
  }

  private lastWords(): string {
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-20);
    return `The end of its log:\n${lines.join('\n')}`;
  }
}
