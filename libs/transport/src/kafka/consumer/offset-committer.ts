import { Logger } from '@nestjs/common';
import type { Consumer } from 'kafkajs';
import type { KafkaTopics } from '../topics/kafka-topics.js';
import type { GroupWork } from './group-work.js';
import type { PartitionWork } from './partition-work.js';

const PERIOD_MS = 100;

/** Commits what is finished, a few times a second. A crash repeats what was finished since. */
export class OffsetCommitter {
  private readonly logger = new Logger('Kafka');
  private consumer: Consumer | undefined;
  private timer: NodeJS.Timeout | undefined;
  private committing: Promise<void> | undefined;

  constructor(
    private readonly work: GroupWork,
    private readonly topics: KafkaTopics,
    private readonly enabled: boolean,
  ) {}

  /** Commits by `consumer` from now on. */
  use(consumer: Consumer): void {
    this.consumer = consumer;
    if (this.enabled) this.timer ??= setInterval(() => void this.commitUnlessBusy(), PERIOD_MS);
  }

  /** Never rejects: what could not be committed is tried again, or comes again. */
  async commit(): Promise<void> {
    await this.committing;
    this.committing = this.commitNow();
    await this.committing;
    this.committing = undefined;
  }

  /** Commits once more, then no more. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.commit();
    this.consumer = undefined;
  }

  /** A commit that takes long must not gather others behind it. */
  private async commitUnlessBusy(): Promise<void> {
    if (!this.committing) await this.commit();
  }

  private async commitNow(): Promise<void> {
    const { consumer } = this;
    const ready = this.enabled && consumer ? this.work.partitions().filter(isAhead) : [];
    if (!consumer || ready.length === 0) return;
    const offsets = ready.map((partition) => ({ partition, offset: partition.committable }));
    for (const { partition, offset } of offsets) partition.attempted = offset;
    try {
      await consumer.commitOffsets(
        offsets.map(({ partition: { topic, partition }, offset }) => ({
          topic: this.topics.nameOf(topic),
          partition,
          offset: String(offset),
        })),
      );
      for (const { partition, offset } of offsets) partition.committed = offset;
    } catch (error) {
      // During a rebalance or while a broker is away.
      this.logger.debug(`Offsets are not committed yet: ${String(error)}`);
    }
  }
}

function isAhead({ committable, committed }: PartitionWork): boolean {
  return committable > committed;
}
