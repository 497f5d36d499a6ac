import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import type { GroupSettings, GroupTools } from './group-settings.js';
import { stickyAssigner } from './sticky-assigner.js';
import type { Membership } from './sticky-assigner.js';

const SESSION_MS = 10_000;
const LONGEST_HEARTBEAT_MS = 3000;
/** How long an answer may take when there is nothing to fetch: a partition that is resumed waits for it at most. */
const FETCH_WAIT_MS = 200;
/** A group that gathers has enough then. */
const GATHERED_BYTES = 256 * 1024;
const PARTITION_BYTES = 1024 * 1024;
const FETCH_BYTES = 10 * 1024 * 1024;
const METADATA_MS = 60_000;
const RETRY = { initialRetryTime: 100, maxRetryTime: 1000, multiplier: 1.6, retries: 8 };

/** What a member of a group wants to know. */
export interface MemberEvents extends Membership {
  onJoin(event: ConsumerGroupJoinEvent): void;
  /** After it had joined; a failure before that is told by {@link Joining.joined} alone. */
  onCrash(error: Error): void;
  onBatch(payload: EachBatchPayload): Promise<void>;
  /** Nothing but markers of transactions lies before `next`. */
  onSkipped(topic: string, partition: number, next: number): void;
  /** The consumer is alive. */
  onSign(): void;
  /** False when the consumer has been given up: it may join, or crash, after that all the same. */
  isCurrent(): boolean;
}

/** A consumer, and when it has joined, or why it could not. */
export interface Joining {
  consumer: Consumer;
  joined: Promise<Error | undefined>;
}

/** Makes a consumer that reads `topics` and restarts nothing by itself. */
export function joinGroup(
  { groupId, gatherMs }: GroupSettings,
  { kafka, topics: names, options }: GroupTools,
  topics: readonly string[],
  events: MemberEvents,
): Joining {
  const sessionTimeout = options.sessionTimeoutMs ?? SESSION_MS;
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout,
    rebalanceTimeout: 2 * sessionTimeout,
    heartbeatInterval: Math.min(LONGEST_HEARTBEAT_MS, Math.floor(sessionTimeout / 4)),
    ...(gatherMs > 0 ? { minBytes: GATHERED_BYTES, maxWaitTimeInMs: gatherMs } : { maxWaitTimeInMs: FETCH_WAIT_MS }),
    maxBytesPerPartition: PARTITION_BYTES,
    maxBytes: FETCH_BYTES,
    metadataMaxAge: METADATA_MS,
    allowAutoTopicCreation: false,
    partitionAssigners: [stickyAssigner(events)],
    retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
  });
  let joined = false;
  consumer.on(consumer.events.GROUP_JOIN, () => (joined = true));
  listen(consumer, events);
  const crashed = new Promise<Error>((resolve) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
      if (!joined) resolve(error);
      else if (events.isCurrent()) events.onCrash(error);
    });
  });
  return {
    consumer,
    joined: Promise.race([
      crashed,
      join(
        consumer,
        topics.map((topic) => names.nameOf(topic)),
        events,
      ),
    ]),
  };
}

async function join(consumer: Consumer, topics: string[], events: MemberEvents): Promise<Error | undefined> {
  const joined = new Promise<undefined>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve(undefined));
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => events.onBatch(payload),
    });
  } catch (error) {
    return error as Error;
  }
  return joined;
}

function listen(consumer: Consumer, events: MemberEvents): void {
  const { GROUP_JOIN, END_BATCH_PROCESS, FETCH, HEARTBEAT } = consumer.events;
  consumer.on(GROUP_JOIN, (event) => {
    if (events.isCurrent()) events.onJoin(event);
    else void consumer.disconnect().catch(() => undefined);
  });
  consumer.on(FETCH, () => events.onSign());
  consumer.on(HEARTBEAT, () => events.onSign());
  consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
    if (batchSize === 0) events.onSkipped(topic, partition, Number(lastOffset) + 1);
  });
}
