import { Kafka, Partitioners, logLevel } from 'kafkajs';
import type { Admin, IHeaders, KafkaConfig, RecordMetadata } from 'kafkajs';

/** A message as it lies on a topic, with its headers as text. */
export interface RawMessage {
  partition: number;
  offset: string;
  timestamp: string;
  key: string | null;
  headers: Record<string, string>;
  value: Buffer | null;
}

/** What a test sends; a header that is missing, wrong or not text is sent so. */
export interface RawOutgoing {
  key?: string | null;
  headers?: IHeaders;
  value: Buffer | string | null;
  partition?: number;
  timestamp?: string;
}

/** A client of the tests' own. It says nothing: what a test does to a broker would fill the output. */
export function rawClient(brokers: string, more: Partial<KafkaConfig> = {}): Kafka {
  return new Kafka({
    clientId: 'kadr-tests',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 1000, retries: 20 },
    ...more,
    // A copy: kafkajs keeps the login's state in it, so a second client would log in with the first one's password.
    ...(more.sasl ? { sasl: { ...more.sasl } } : {}),
  });
}

/** Runs `work` with a connected admin client. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Sends messages as any other program would, spread by murmur2 as Kafka's own clients do; those of one partition as one
 * batch, of which its first offset is told.
 */
export async function sendRaw(kafka: Kafka, topic: string, ...messages: RawOutgoing[]): Promise<RecordMetadata[]> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  try {
    return await producer.send({ topic, acks: -1, messages });
  } finally {
    await producer.disconnect();
  }
}

/** The whole of a topic as it is now: by partition, then by offset. */
export async function readTopic(kafka: Kafka, topic: string): Promise<RawMessage[]> {
  const ends = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  const missing = new Set(ends.filter(({ high, low }) => BigInt(high) > BigInt(low)).map(({ partition }) => partition));
  const found: RawMessage[] = [];
  if (missing.size === 0) return found;
  const lasts = new Map(ends.map(({ partition, high }) => [partition, BigInt(high) - 1n]));
  const group = `kadr-tests-${process.hrtime.bigint()}`;
  const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false, maxWaitTimeInMs: 100 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            for (const { offset, timestamp, key, headers = {}, value } of batch.messages) {
              if (BigInt(offset) > lasts.get(batch.partition)!) break;
              const text = { key: key?.toString() ?? null, headers: headersAsText(headers) };
              found.push({ partition: batch.partition, offset, timestamp, ...text, value });
            }
            // The last offset of a batch, not of its messages: compaction and transactions leave holes.
            if (BigInt(batch.lastOffset()) >= lasts.get(batch.partition)!) missing.delete(batch.partition);
            if (missing.size === 0) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
    await withAdmin(kafka, (admin) => admin.deleteGroups([group])).catch(() => undefined);
  }
  return found.sort((a, b) => a.partition - b.partition || Number(BigInt(a.offset) - BigInt(b.offset)));
}

/** Of a repeated header, the values with commas between. */
export function headersAsText(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));
}
