import type { Kafka } from 'kafkajs';
import type { Reader } from '../../bus.js';
import type { StartFrom } from '../../messages.js';
import type { Delivery } from '../../policy/delivery.js';
import type { KafkaOptions } from '../kafka-options.js';
import type { KafkaTopics } from '../topics/kafka-topics.js';
import type { Offsets } from './offsets.js';

/** A group as this process reads in it. */
export interface GroupSettings {
  /** As subscriptions name it. */
  group: string;
  /** As Kafka knows it. */
  groupId: string;
  perInstance: boolean;
  from: StartFrom;
  /** As the most patient of its readers allows. */
  gatherMs: number;
  readers: readonly (Reader & { limit: number })[];
  drainMs: number;
}

/** What a group works with. */
export interface GroupTools {
  kafka: Kafka;
  topics: KafkaTopics;
  offsets: Offsets;
  delivery: Delivery;
  options: KafkaOptions;
}
