import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import { startCluster } from '../../../test/support/cluster.js';
import { startKafka } from '../../../test/support/kafka/start-kafka.js';
import { predict } from '../server.js';
import type { Scenario } from '../scenario.js';

/** Gateway, one inference process and the viewer, joined by one broker. */
export interface KafkaCluster {
  once(scenario: Scenario): Promise<void>;
  /** Seconds of CPU that each process has had so far. */
  cpu(): Record<string, number>;
  /** Bytes in the broker's logs, all topics but its own. */
  brokerBytes(): number;
  stop(): Promise<void>;
}

export async function startKafkaCluster(): Promise<KafkaCluster> {
  const kafka = await startKafka();
  const cluster = await startCluster({ brokers: kafka.brokers });
  const pool = new Pool(cluster.gateway.url, { connections: 64, pipelining: 1 });
  const apps = { gateway: cluster.gateway, inference: cluster.inference[0], viewer: cluster.viewer };
  return {
    once: (scenario) => predict(pool, scenario),
    cpu: () => ({
      ...Object.fromEntries(Object.entries(apps).map(([name, app]) => [name, cpuSeconds(app.process.pid ?? 0)])),
      broker: (kafka.pids?.() ?? []).reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    }),
    brokerBytes: () => logBytes(kafka.folder ?? ''),
    async stop() {
      await pool.close();
      await cluster.stop();
      await kafka.dispose();
    },
  };
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** User and system time of a process and its threads. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function logBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /kadr\.[^/]*\/[^/]*\.log$/.test(name))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
