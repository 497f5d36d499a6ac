import type { TopicSpec } from '@kadr/contracts';
import type { KafkaOptions } from './kafka/kafka-options.js';
import type { ClaimStore } from './messages.js';
import type { Backoff } from './policy/backoff.js';

/** What a transport is made of. */
export interface TransportOptions {
  /** Every topic there can be; publishing to another one, or consuming it, is an error. */
  topics: readonly TopicSpec[];
  /** Where values above `claimCheckBytes` live. */
  claims: ClaimStore;
  /** Values of durable topics above this size travel by claim check. */
  claimCheckBytes: number;
  /** Folder of `bus.db`, without Kafka. */
  dataDir: string;
  /** The cluster to join; left out, the bus is the embedded one. */
  kafka?: KafkaOptions;
  /** Handlers running at once, by group; wins over {@link Subscription.concurrency}. */
  concurrency?: Readonly<Record<string, number>>;
  /** Deliveries of a message whose handler fails with a retryable error, the first one included. Default 5. */
  maxAttempts?: number;
  /** Pauses between them. Default 100 ms, doubling, at most 10 s. */
  backoff?: Backoff;
  /** How long `close` waits for running handlers, in milliseconds. Default 10 000. */
  drainMs?: number;
  /** How often retention and compaction run, in milliseconds. Default 60 000. */
  sweepMs?: number;
}
