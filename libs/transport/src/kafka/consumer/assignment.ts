import type { StartFrom } from '../../messages.js';
import type { Offsets, Range } from './offsets.js';
import { PartitionWork } from './partition-work.js';
import type { TopicWork } from './topic-work.js';

/** Partitions by topic, by our names. */
export type Assigned = Map<string, number[]>;

/** Where a group stands. */
interface Standing {
  groupId: string;
  perInstance: boolean;
}

/** Finds out where to go on in each partition that a member of a group has been assigned. */
export class Assignment {
  /** Where partitions began that a group without offset reads from their end. */
  private readonly ends = new Map<string, Map<number, Range>>();

  constructor(
    private readonly standing: Standing,
    private readonly offsets: Offsets,
  ) {}

  /** Remembers the ends of topics as they are now, for a group that is to read what comes from now on. */
  async markEnds(topics: readonly string[], from: StartFrom): Promise<void> {
    if (from === 'earliest') return;
    for (const topic of topics) this.ends.set(topic, await this.offsets.ranges(topic));
  }

  /**
   * Makes the work of new partitions and keeps that of others, unless another member has gone on with them meanwhile.
   * What is not assigned any more must have been dropped before. Answers with the partitions that kafkajs would read
   * from elsewhere.
   */
  async takeUp(assigned: Assigned, works: ReadonlyMap<string, TopicWork>): Promise<PartitionWork[]> {
    const { groupId, perInstance } = this.standing;
    const topics = [...assigned.keys()];
    const committed = perInstance ? undefined : await this.offsets.committed(groupId, topics);
    const moved: PartitionWork[] = [];
    for (const [topic, partitions] of assigned) {
      const work = works.get(topic);
      if (!work) continue;
      for (const partition of partitions) {
        const offset = committed?.get(topic)?.get(partition) ?? -1;
        const taken = await this.takePartition(work, partition, offset);
        if (taken.next !== offset) moved.push(taken);
      }
    }
    return moved;
  }

  private async takePartition(topic: TopicWork, partition: number, offset: number): Promise<PartitionWork> {
    const known = topic.partitions.get(partition);
    if (known && offset <= known.attempted) {
      // What the broker says counts: kafkajs may take a commit for done that never left.
      known.committed = offset;
      return known;
    }
    topic.drop(partition);
    const next = offset >= 0 ? offset : await this.first(topic.topic, partition);
    const work = new PartitionWork(topic.topic, partition, next, offset, topic.limit);
    topic.partitions.set(partition, work);
    return work;
  }

  private async first(topic: string, partition: number): Promise<number> {
    const end = this.ends.get(topic)?.get(partition);
    if (end) return end.high;
    return (await this.offsets.ranges(topic)).get(partition)?.low ?? 0;
  }
}
