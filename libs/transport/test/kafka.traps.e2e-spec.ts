import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import type { BusMessage } from '@kadr/transport';
import kafkajs from 'kafkajs';
import type { Admin, Kafka } from 'kafkajs';
import { describeKafka } from '../../../test/support/kafka/find-kafka.js';
import type { TestKafka } from '../../../test/support/kafka/types.js';
import { closeAll, deadLettersOf, durable, Gate, numbers, Recorder, start, text, until } from './harness.js';
import { kafkaHost, SESSION_MS } from './kafka-home.js';

jest.setTimeout(60_000);

/** What kafkajs and Kafka do that one would not expect, each of which has cost somebody messages. */
describeKafka('Kafka, its traps', {}, (source) => {
  let server: TestKafka;
  let kafka: Kafka;
  let admin: Admin;

  beforeAll(async () => {
    server = await source.start();
    kafka = new kafkajs.Kafka({ brokers: server.brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
    admin = kafka.admin();
    await admin.connect();
  });
  afterEach(closeAll);
  afterAll(async () => {
    await admin.disconnect();
    await server.dispose();
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads batches that others compressed with %s', async (codec) => {
    const topic = durable({ partitions: 1 });
    const configEntries = [{ name: 'compression.type', value: codec }];
    await admin.createTopics({ topics: [{ topic: topic.name, numPartitions: 1, configEntries }] });
    const recorder = new Recorder();
    const handling = { topic: topic.name, group: 'g', handle: recorder.handle };
    const bus = await start(kafkaHost(server), [topic], [handling]);
    // Long enough to span several blocks of snappy's framing.
    const long = 'kadr '.repeat(30_000);
    await bus.publisher.publish(topic.name, text(long, 'k'), text('short', 'k'));
    await until('both', () => recorder.messages.length === 2);
    expect(recorder.texts).toEqual([long, 'short']);
  });

  it('leaves a topic that exists as it is', async () => {
    const topic = durable({ partitions: 3 });
    await admin.createTopics({ topics: [{ topic: topic.name, numPartitions: 5 }] });
    const bus = await start(kafkaHost(server), [topic]);
    await bus.publisher.publish(topic.name, ...numbers(50).map((number) => text(number, number)));
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic.name] });
    expect(topics[0].partitions).toHaveLength(5);
    const offsets = await admin.fetchTopicOffsets(topic.name);
    expect(offsets.every(({ high }) => Number(high) > 0)).toBe(true);
  });

  it('makes topics with the settings of the catalogue', async () => {
    const topic = durable({ partitions: 2, retentionMs: 7_200_000, maxMessageBytes: 2_000_000 });
    const bus = await start(kafkaHost(server), [topic]);
    await bus.publisher.publish(topic.name, text('x'));
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic.name }],
    });
    const settings = Object.fromEntries(
      resources[0].configEntries.map((entry) => [entry.configName, entry.configValue]),
    );
    expect(settings).toMatchObject({
      'retention.ms': '7200000',
      'max.message.bytes': '2000000',
      'compression.type': 'uncompressed',
      'message.timestamp.type': 'LogAppendTime',
    });
  });

  it('runs a handler for longer than the session without a rebalance, and only once', async () => {
    const topic = durable({ partitions: 1 });
    const calls: string[] = [];
    const handle = async ({ value }: BusMessage) => {
      calls.push(value?.toString() ?? '');
      if (calls.length === 1) await new Promise((resolve) => setTimeout(resolve, 2 * SESSION_MS));
    };
    const bus = await start(kafkaHost(server), [topic], [{ topic: topic.name, group: 'g', handle }]);
    await bus.publisher.publish(topic.name, text('slow', 'k'), text('next', 'k'));
    await until('both', () => calls.length === 2);
    const [{ rebalances, restarts }] = await bus.monitor.lag();
    expect({ calls, rebalances, restarts }).toEqual({ calls: ['slow', 'next'], rebalances: 0, restarts: 0 });
  });

  it('finishes what runs before a rebalance, so that nothing runs twice', async () => {
    const topic = durable({ partitions: 4 });
    const host = kafkaHost(server);
    const calls: string[] = [];
    const handle = async ({ value }: BusMessage) => {
      calls.push(value?.toString() ?? '');
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const handling = { topic: topic.name, group: 'g', concurrency: 4, handle };
    const bus = await start(host, [topic], [handling]);
    const publishing = bus.publisher.publish(topic.name, ...numbers(600).map((number) => text(number, number)));
    for (let more = 0; more < 2; more++) await start(host, [topic], [handling]);
    await publishing;
    await until('all', () => new Set(calls).size === 600);
    expect(calls).toHaveLength(600);
  });

  it('passes over markers of transactions, and over what was aborted', async () => {
    const topic = durable({ partitions: 1 });
    const recorder = new Recorder();
    const handling = { topic: topic.name, group: 'g', handle: recorder.handle };
    const bus = await start(kafkaHost(server), [topic], [handling]);
    const producer = kafka.producer({ transactionalId: topic.name, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    for (const end of ['abort', 'commit', 'abort'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: topic.name, messages: [{ key: 'k', value: end }] });
      await transaction[end]();
    }
    await producer.disconnect();
    await until('it stands at the end', async () => (await bus.monitor.lag())[0].messages === 0);
    expect(recorder.texts).toEqual(['commit']);
    await bus.publisher.publish(topic.name, text('after', 'k'));
    await until('the next', () => recorder.texts.includes('after'));
  });

  it('goes on at what is left when messages were removed before it read them', async () => {
    const topic = durable({ partitions: 1 });
    const host = kafkaHost(server);
    const gate = new Gate();
    const recorder = new Recorder();
    const handle = async (message: BusMessage) => {
      await gate.opened;
      await recorder.handle(message);
    };
    const bus = await start(host, [topic], [{ topic: topic.name, group: 'g', handle }]);
    await bus.publisher.publish(topic.name, ...numbers(200).map((number) => text(number, 'k')));
    await until('it runs', async () => (await bus.monitor.lag())[0].inFlight === 1);
    // kafkajs deletes only in topics that it has asked about.
    await admin.fetchTopicOffsets(topic.name);
    await admin.deleteTopicRecords({ topic: topic.name, partitions: [{ partition: 0, offset: '190' }] }).catch((e) => {
      console.log(e, JSON.stringify(e.partitions));
      throw e;
    });
    gate.open();
    await until('the last', () => recorder.texts.includes('199'));
    await until('nothing is left', async () => (await bus.monitor.lag())[0].messages === 0);
  });

  it('dead-letters with the bytes and headers of a stranger, whatever they are', async () => {
    const topic = durable({ partitions: 1 });
    const { handling, letters } = deadLettersOf(topic.name);
    const handle = () => Promise.reject(new Error('no'));
    await start(kafkaHost(server), [topic], [{ topic: topic.name, group: 'g', handle }, handling], { maxAttempts: 1 });
    const producer = kafka.producer();
    await producer.connect();
    const value = Buffer.from([0xff, 0xfe, 0, 1]);
    const messages = [{ key: Buffer.from([0xc3, 0x28]), value, headers: { many: ['a', 'b'], empty: '' } }];
    await producer.send({ topic: topic.name, messages });
    await producer.disconnect();
    await until('a letter', () => letters.length === 1);
    expect(letters[0].value).toEqual(value);
    expect(letters[0].headers).toMatchObject({ many: 'b', empty: '', ce_originaltopic: topic.name });
  });
});
