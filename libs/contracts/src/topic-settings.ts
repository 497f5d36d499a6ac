import type { TopicSpec } from './topics.js';

const MIB = 1024 * 1024;
/** What a message may take unless its topic says otherwise; larger ones are refused by the broker. */
const MESSAGE_BYTES = 8 * MIB;
/** Small segments of short-lived topics: only whole segments that are over are removed. */
const SEGMENT_BYTES = 64 * MIB;
const LONGEST_SEGMENT_MS = 600_000;

/** Settings of a topic on a Kafka broker, by Kafka's names. */
export function kafkaSettings({
  retentionMs,
  compacted,
  durable,
  maxMessageBytes = MESSAGE_BYTES,
}: TopicSpec): Record<string, string> {
  return {
    'cleanup.policy': compacted ? 'compact' : 'delete',
    // A compacted topic keeps the last message of each key, however old.
    ...(compacted ? {} : { 'retention.ms': String(retentionMs) }),
    ...(durable ? {} : shortLived(retentionMs)),
    'max.message.bytes': String(maxMessageBytes),
    // Whatever codec a producer chooses, every consumer can read it.
    'compression.type': 'uncompressed',
    // Retention by the broker's clock: a sender whose clock is wrong must not have its messages removed at once.
    'message.timestamp.type': 'LogAppendTime',
  };
}

function shortLived(retentionMs: number): Record<string, string> {
  return {
    'segment.bytes': String(SEGMENT_BYTES),
    'segment.ms': String(Math.min(retentionMs, LONGEST_SEGMENT_MS)),
  };
}
