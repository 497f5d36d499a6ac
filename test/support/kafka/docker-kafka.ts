import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '../kadr.js';
import { kafkaVersion } from './java.js';
import { HOST, pickPort } from './ports.js';
import { askCluster } from './probe.js';
import { nodeProperties } from './properties.js';
import type { KafkaOptions, TestKafka } from './types.js';

const run = promisify(execFile);
const READY_LIMIT_MS = 60_000;

/** True when a Docker engine answers. */
export function hasDocker(): boolean {
  return spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0;
}

/** One broker without TLS or login in a container; its ports are the same inside and outside. */
export async function startDockerKafka({ properties = {} }: KafkaOptions): Promise<TestKafka> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const [clientPort, insidePort, controllerPort] = [await pickPort(), await pickPort(), await pickPort()];
  const node = { id: 1, folder: '/tmp/kafka', clientPort, insidePort, controllerPort };
  const settings: Record<string, string | number | boolean> = {
    ...nodeProperties(node, [node], 'PLAINTEXT'),
    listeners: `CLIENT://:${clientPort},INSIDE://:${insidePort},CONTROLLER://:${controllerPort}`,
    ...properties,
  };
  const variables = Object.entries(settings).map(([key, value]) => [
    `KAFKA_${key.toUpperCase().replaceAll('.', '_')}`,
    String(value),
  ]);
  const container = await new GenericContainer(`apache/kafka:${kafkaVersion()}`)
    .withEnvironment(Object.fromEntries(variables) as Record<string, string>)
    .withExposedPorts({ container: clientPort, host: clientPort }, { container: insidePort, host: insidePort })
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  const docker = async (...command: string[]): Promise<void> => void (await run('docker', command));
  const answers = (): Promise<boolean> =>
    askCluster(insidePort)
      .then(({ controller }) => controller >= 0)
      .catch(() => false);
  await eventually(answers, Boolean, READY_LIMIT_MS);
  return {
    brokers: `${HOST}:${clientPort}`,
    insideBrokers: `${HOST}:${insidePort}`,
    kill: () => docker('kill', container.getId()),
    stop: () => docker('stop', container.getId()),
    start: async () => {
      await docker('start', container.getId());
      await eventually(answers, Boolean, READY_LIMIT_MS);
    },
    dispose: async () => void (await container.stop()),
  };
}
