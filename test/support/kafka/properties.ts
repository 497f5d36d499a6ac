import { join } from 'node:path';
import { HOST } from './ports.js';

/** One broker of a cluster. */
export interface KafkaNode {
  id: number;
  folder: string;
  clientPort: number;
  insidePort: number;
  controllerPort: number;
}

type Properties = Record<string, string | number | boolean>;

/**
 * A node's settings: as Kafka's, but quick, small, and strict about topics that are not there. Brokers talk among
 * themselves on a listener of their own, so that the one of the clients can ask for anything.
 */
export function nodeProperties(node: KafkaNode, all: KafkaNode[], clientProtocol: string): Properties {
  const inside = `INSIDE://${HOST}:${node.insidePort}`;
  const client = `CLIENT://${HOST}:${node.clientPort}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': all.map(({ id, controllerPort }) => `${id}@${HOST}:${controllerPort}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `${client},${inside},CONTROLLER://${HOST}:${node.controllerPort}`,
    'advertised.listeners': `${client},${inside}`,
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT,CLIENT:${clientProtocol}`,
    'inter.broker.listener.name': 'INSIDE',
    'log.dirs': join(node.folder, 'data'),
    ...replication(all.length),
    ...limits(),
  };
}

function replication(nodes: number): Properties {
  const replicas = Math.min(3, nodes);
  const inSync = replicas === 3 ? 2 : 1;
  return {
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': 3,
  };
}

function limits(): Properties {
  return {
    // A missing topic is an error, not a topic with one partition.
    'auto.create.topics.enable': false,
    'num.partitions': 1,
    // Pictures: one record batch may have 32 MiB (Kafka's default is 1 MiB).
    'message.max.bytes': 32 << 20,
    'replica.fetch.max.bytes': 32 << 20,
    'replica.fetch.response.max.bytes': 64 << 20,
    'fetch.max.bytes': 64 << 20,
    // Groups form at once; a dead node is noticed, and may come back, within seconds.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 3000,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 4,
    // Retention and compaction happen while a test looks.
    'log.cleaner.dedupe.buffer.size': 8 << 20,
    'log.cleaner.backoff.ms': 1000,
    'log.retention.check.interval.ms': 5000,
    'log.segment.delete.delay.ms': 1000,
  };
}
