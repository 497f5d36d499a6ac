import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findJava } from '../java.js';
import { BrokerProcess } from './broker-process.js';
import { formatStorage, prepareJava } from './java.js';
import type { JavaKafka } from './java.js';
import { HOST, pickPort } from './ports.js';
import { nodeProperties } from './properties.js';
import type { KafkaNode } from './properties.js';
import { setUpSecurity } from './security.js';
import type { SecuritySetup } from './security.js';
import type { KafkaOptions, TestKafka } from './types.js';

/** Starts brokers (KRaft) from Maven Central's jars on free ports of the loopback, with data of their own. */
export async function startKafka(options: KafkaOptions = {}): Promise<TestKafka> {
  const java = findJava();
  if (!java) throw new Error('Java 17 or newer is needed to run Kafka: install a JRE, or set JAVA_HOME.');
  const kafka = await prepareJava(java);
  if (!existsSync(kafka.archive)) await recordClasses(kafka);
  return startNodes(kafka, options);
}

async function startNodes(kafka: JavaKafka, options: KafkaOptions): Promise<TestKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'kadr-kafka-'));
  const security = setUpSecurity(options.security, folder);
  const nodes = await format(kafka, folder, security, options);
  const running = new Map<number, BrokerProcess>();
  const chosen = (node?: number): KafkaNode[] => nodes.filter(({ id }) => node === undefined || id === node);
  const end = async (signal: 'SIGTERM' | 'SIGKILL', node?: number): Promise<void> => {
    await Promise.all(chosen(node).map(async ({ id }) => running.get(id)?.end(signal)));
  };
  const start = async (node?: number): Promise<void> => {
    const starting = chosen(node).filter(({ id }) => !running.get(id)?.running);
    for (const one of starting) running.set(one.id, new BrokerProcess(kafka, one));
    const ids = starting.map(({ id }) => id);
    await Promise.all(ids.map((id) => running.get(id)!.ready(ids)));
  };
  const dispose = async (): Promise<void> => {
    await end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    brokers: nodes.map(({ clientPort }) => `${HOST}:${clientPort}`).join(','),
    insideBrokers: nodes.map(({ insidePort }) => `${HOST}:${insidePort}`).join(','),
    ...security.credentials,
    folder,
    pids: () => [...running.values()].flatMap(({ pid }) => pid ?? []),
    kill: (node) => end('SIGKILL', node),
    stop: (node) => end('SIGTERM', node),
    start,
    dispose,
  };
}

/** Makes the nodes' folders, settings and storage. */
async function format(
  kafka: JavaKafka,
  folder: string,
  security: SecuritySetup,
  options: KafkaOptions,
): Promise<KafkaNode[]> {
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const nodes: KafkaNode[] = [];
  for (let id = 1; id <= (options.nodes ?? 1); id += 1) {
    const [clientPort, insidePort, controllerPort] = [await pickPort(), await pickPort(), await pickPort()];
    nodes.push({ id, folder: join(folder, `node-${id}`), clientPort, insidePort, controllerPort });
  }
  for (const node of nodes) {
    mkdirSync(node.folder);
    const base = nodeProperties(node, nodes, security.protocol);
    const properties = { ...base, ...security.properties, ...options.properties };
    const file = join(node.folder, 'server.properties');
    writeFileSync(
      file,
      Object.entries(properties)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    formatStorage(kafka, clusterId, file, security.format);
  }
  return nodes;
}

/**
 * Class data sharing: one throw-away run writes down the classes that a broker loads, which halves every later start.
 * A failure here costs only time.
 */
async function recordClasses(kafka: JavaKafka): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kadr-kafka-'));
  const staging = `${kafka.archive}.${process.pid}`;
  try {
    const [node] = await format(kafka, folder, setUpSecurity(undefined, folder), {});
    const broker = new BrokerProcess(kafka, node, [`-XX:ArchiveClassesAtExit=${staging}`, '-Xlog:disable']);
    await broker.ready([node.id]);
    await broker.end('SIGTERM');
    renameSync(staging, kafka.archive);
  } catch (error) {
    console.warn('Kafka will start slowly, since its classes could not be recorded:', error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
