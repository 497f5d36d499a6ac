import { afterAll, beforeAll, jest } from '@jest/globals';
import { TransportModule } from '@kadr/transport';
import kafkajs from 'kafkajs';
import type { Kafka } from 'kafkajs';
import { describeKafka } from '../../../test/support/kafka/find-kafka.js';
import type { TestKafka } from '../../../test/support/kafka/types.js';
import { describeTransportContract } from './contract.js';
import type { BusHome } from './harness.js';

let server: TestKafka;
let kafka: Kafka;
let homes = 0;

/** Topics are shared, groups are not: what a killed process leaves are the messages and its groups' offsets. */
async function home(): Promise<BusHome> {
  const groupPrefix = `contract-${process.pid}-${Date.now()}-${homes++}.`;
  const settings = { brokers: server.brokers.split(','), clientId: 'contract', groupPrefix, sessionTimeoutMs: 6000 };
  return {
    module: (options) => TransportModule.forRoot({ ...options, dataDir: '', kafka: settings }),
    killed: async () => {
      const next = await home();
      await copyOffsets(groupPrefix, next.prefix!);
      return next;
    },
    dispose: async () => undefined,
    prefix: groupPrefix,
  };
}

/** Gives the groups of `to` the offsets that those of `from` have at this moment. */
async function copyOffsets(from: string, to: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  for (const { groupId } of groups.filter((group) => group.groupId.startsWith(from))) {
    const offsets = await admin.fetchOffsets({ groupId });
    const committed = offsets.flatMap(({ topic, partitions }) =>
      partitions
        .filter(({ offset }) => Number(offset) >= 0)
        .map(({ partition, offset }) => ({ topic, partition, offset })),
    );
    if (committed.length > 0) await commit(groupId.replace(from, to), committed);
  }
  await admin.disconnect();
}

async function commit(groupId: string, offsets: { topic: string; partition: number; offset: string }[]): Promise<void> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  await consumer.subscribe({ topics: [...new Set(offsets.map(({ topic }) => topic))] });
  await consumer.run({ autoCommit: false, eachMessage: async () => undefined });
  await joined;
  await consumer.commitOffsets(offsets);
  await consumer.disconnect();
}

describeKafka('Kafka', {}, (source) => {
  beforeAll(async () => {
    jest.setTimeout(60_000);
    server = await source.start();
    kafka = new kafkajs.Kafka({ brokers: server.brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
  }, 60_000);
  afterAll(() => server.dispose());

  describeTransportContract('Kafka', home);
});
