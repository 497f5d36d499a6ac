import { startBareLoop } from '../bare-loop.js';
import { SATURATED, inTurn } from '../in-turn.js';
import type { BenchSettings } from '../in-turn.js';
import { measure } from '../measure.js';
import type { Figures } from '../measure.js';
import { tenths, writeReport } from '../report.js';
import { scenarios } from '../scenario.js';
import type { Scenario } from '../scenario.js';
import { startServer } from '../server.js';
import { median } from '../summary.js';
import { startKafkaCluster } from './cluster.js';
import type { KafkaCluster } from './cluster.js';

type Round = Record<'bare' | 'embedded' | 'kafka', Figures>;

/** The apps on Kafka beside the embedded bus and the bare loop, for the fastest model: what the way costs weighs most. */
export async function benchKafka(root: string, settings: BenchSettings): Promise<void> {
  const scenario = (await scenarios(root)).find(({ name }) => name.includes(settings.only || 'objects-fast'));
  if (!scenario) throw new Error(`There is no scenario "${settings.only}".`);
  const loop = await startBareLoop();
  const server = await startServer(root);
  const cluster = await startKafkaCluster();
  const paths = {
    bare: () => loop.once(scenario),
    embedded: () => server.once(scenario),
    kafka: () => cluster.once(scenario),
  };
  const saturated = await inTurn(paths, SATURATED, settings);
  const share = await costs(cluster, scenario, settings.seconds);
  const idle = await inTurn(paths, 1, settings);
  await Promise.all([loop.stop(), server.stop(), cluster.stop()]);
  const report = { scenario: scenario.name, jpegBytes: scenario.jpeg.length, ...summary(saturated, idle), ...share };
  console.table(report);
  writeReport(root, { ...settings, concurrency: SATURATED, ...report, rounds: { saturated, idle } });
}

/** What a picture costs of the broker's disk and of everybody's CPU. */
async function costs(cluster: KafkaCluster, scenario: Scenario, seconds: number): Promise<Record<string, number>> {
  let pictures = 0;
  const once = async (): Promise<void> => {
    pictures++;
    await cluster.once(scenario);
  };
  const before = { bytes: cluster.brokerBytes(), cpu: cluster.cpu() };
  await measure(once, SATURATED, 2 * seconds);
  const bytes = (cluster.brokerBytes() - before.bytes) / pictures;
  const cpu = Object.entries(cluster.cpu()).map(([name, spent]) => [
    `${name} CPU ms a picture`,
    tenths(((spent - before.cpu[name]) * 1000) / pictures),
  ]);
  const ratio = Math.round((bytes / scenario.jpeg.length) * 1000) / 1000;
  return { 'bytes on the broker, of the JPEG': ratio, ...Object.fromEntries(cpu) };
}

function summary(saturated: readonly Round[], idle: readonly Round[]): Record<string, number> {
  const percent = (name: 'embedded' | 'kafka'): number =>
    Math.round(100 * median(saturated, (round) => round[name].perSecond / round.bare.perSecond));
  return {
    'bare/s': tenths(median(saturated, ({ bare }) => bare.perSecond)),
    'embedded/s': tenths(median(saturated, ({ embedded }) => embedded.perSecond)),
    'Kafka/s': tenths(median(saturated, ({ kafka }) => kafka.perSecond)),
    'embedded, % of bare': percent('embedded'),
    'Kafka, % of bare': percent('kafka'),
    'idle embedded p50 ms': tenths(median(idle, ({ embedded }) => embedded.p50Ms)),
    'idle Kafka p50 ms': tenths(median(idle, ({ kafka }) => kafka.p50Ms)),
    'idle Kafka p99 ms': tenths(median(idle, ({ kafka }) => kafka.p99Ms)),
    'Kafka adds, p50 ms': tenths(median(idle, ({ kafka, embedded }) => kafka.p50Ms - embedded.p50Ms)),
  };
}
