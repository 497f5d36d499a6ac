import type { Admin } from 'kafkajs';
import { untilSettled } from '../until-settled.js';
import type { KafkaTopics } from '../topics/kafka-topics.js';

/** The first and the next offset of a partition. */
export interface Range {
  low: number;
  high: number;
}

/** Offsets of topics and groups on the cluster, by our names. */
export class Offsets {
  constructor(
    private readonly admin: Admin,
    private readonly topics: KafkaTopics,
  ) {}

  /** The range of each partition now. */
  async ranges(topic: string): Promise<Map<number, Range>> {
    const found = await untilSettled(() => this.admin.fetchTopicOffsets(this.topics.nameOf(topic)));
    return new Map(found.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
  }

  /** What a group has committed of each partition; -1 where it has not. */
  async committed(groupId: string, topics: readonly string[]): Promise<Map<string, Map<number, number>>> {
    const names = topics.map((topic) => this.topics.nameOf(topic));
    const found = await this.admin.fetchOffsets({ groupId, topics: names });
    return new Map(
      found.map(({ topic, partitions }) => [
        this.topics.topicOf(topic) ?? topic,
        new Map(partitions.map(({ partition, offset }) => [partition, Math.max(-1, Number(offset))])),
      ]),
    );
  }
}
