/** A model's two lanes: `live` is served first and bounded, `batch` is durable and never dropped. */
export type Lane = 'live' | 'batch';

/** How a topic is kept. `name` may hold `*` in place of one dot-separated part. */
export interface TopicSpec {
  name: string;
  partitions: number;
  /** Kept across a restart. A volatile topic lives in memory, bounded by `maxBytes`. */
  durable: boolean;
  retentionMs: number;
  /** Keep the last message of each key only; a null value removes the key. */
  compacted?: boolean;
  /** Bound of a volatile topic, in bytes of values not yet consumed by every group. */
  maxBytes?: number;
  /** Largest message on Kafka, in bytes, headers included. Default 8 MiB. */
  maxMessageBytes?: number;
  /** What a full volatile topic does: refuse the newest (the publisher gets `queue-full`) or drop the oldest. */
  whenFull?: 'reject' | 'drop-oldest';
}

export const TOPICS = {
  outcomes: 'kadr.outcomes',
  annotated: 'kadr.annotated',
  jobs: 'kadr.jobs',
  live: 'kadr.live',
  models: 'kadr.models',
  processes: 'kadr.processes',
  deadLetters: 'kadr.dead-letters',
} as const;

/** The topic of a model's frames; with `*` for the model, the pattern of all of them. */
export function framesTopic(model: string, lane: Lane): string {
  return `kadr.frames.${model}.${lane}`;
}

/** The model and lane that a frames topic is for. */
export function parseFramesTopic(topic: string): { model: string; lane: Lane } | undefined {
  const found = /^kadr\.frames\.([^.]+)\.(live|batch)$/.exec(topic);
  return found ? { model: found[1], lane: found[2] as Lane } : undefined;
}

/** True for a topic to which a message may be published again; a dead letter is not buried a second time. */
export function isReplayable(topic: string): boolean {
  const model = parseFramesTopic(topic)?.model;
  if (model !== undefined) return /^[\w-]+$/.test(model);
  return topic !== TOPICS.deadLetters && Object.values<string>(TOPICS).includes(topic);
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIB = 1024 * 1024;

/** Every topic with its settings: the one place that says so. */
export const TOPIC_CATALOGUE: readonly TopicSpec[] = [
  {
    name: framesTopic('*', 'live'),
    partitions: 4,
    durable: false,
    retentionMs: 10 * MINUTE,
    maxBytes: 128 * MIB,
    whenFull: 'reject',
  },
  { name: framesTopic('*', 'batch'), partitions: 12, durable: true, retentionMs: 7 * DAY },
  { name: TOPICS.outcomes, partitions: 4, durable: true, retentionMs: DAY },
  {
    name: TOPICS.annotated,
    partitions: 4,
    durable: false,
    retentionMs: 10 * MINUTE,
    maxBytes: 128 * MIB,
    whenFull: 'drop-oldest',
  },
  { name: TOPICS.jobs, partitions: 4, durable: true, retentionMs: 7 * DAY, compacted: true },
  {
    name: TOPICS.live,
    partitions: 4,
    durable: false,
    retentionMs: 10 * MINUTE,
    maxBytes: 16 * MIB,
    whenFull: 'drop-oldest',
  },
  {
    name: TOPICS.models,
    partitions: 1,
    durable: false,
    retentionMs: DAY,
    compacted: true,
    maxBytes: 16 * MIB,
    whenFull: 'drop-oldest',
  },
  {
    name: TOPICS.processes,
    partitions: 1,
    durable: false,
    retentionMs: HOUR,
    compacted: true,
    maxBytes: 16 * MIB,
    whenFull: 'drop-oldest',
  },
  { name: TOPICS.deadLetters, partitions: 1, durable: true, retentionMs: 14 * DAY },
];
