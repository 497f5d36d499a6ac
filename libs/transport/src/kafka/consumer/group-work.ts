import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import kafkajs from 'kafkajs';
import type { Batch, Consumer } from 'kafkajs';
import type { Turn } from '../../consuming/turn.js';
import type { ConsumerLag } from '../../messages.js';
import type { Delivery } from '../../policy/delivery.js';
import { pause } from '../../policy/pause.js';
import { isPattern, topicMatches } from '../../topics/topic-pattern.js';
import type { KafkaTopics } from '../topics/kafka-topics.js';
import type { Assigned } from './assignment.js';
import type { GroupSettings } from './group-settings.js';
import type { Offsets } from './offsets.js';
import type { PartitionWork } from './partition-work.js';
import { readRecord } from './read-record.js';
import type { Owned } from './sticky-assigner.js';
import { TopicWork } from './topic-work.js';

const { KafkaJSNonRetriableError } = kafkajs;
const RETRY_MS = 500;

/** What a process does in a group: its topics with their handlers, its partitions with what has been fetched of them. */
export class GroupWork {
  readonly topics = new Map<string, TopicWork>();
  /** Resolves when the partitions assigned last are ready for what is fetched of them. */
  taken: Promise<void> = Promise.resolve();
  private readonly logger = new Logger('Kafka');
  private superseded = new AbortController();
  private resume: (work: PartitionWork) => void = () => undefined;
  private pauseFetching: (work: PartitionWork) => void = () => undefined;

  constructor(
    private readonly settings: GroupSettings,
    private readonly delivery: Delivery,
    private readonly offsets: Offsets,
    private readonly turn: Turn,
  ) {}

  /** Which of the topics that exist this group reads; each is given its work. */
  readTopics(existing: readonly string[], isRequired: (topic: string) => boolean): string[] {
    for (const reader of this.settings.readers) {
      const { topic, requiredOnly } = reader.subscription;
      const wanted = requiredOnly ? existing.filter(isRequired) : existing;
      const found = isPattern(topic) ? wanted.filter((name) => topicMatches(topic, name)) : [topic];
      for (const name of found) this.read(name, reader);
    }
    return [...this.topics.keys()];
  }

  partitions(): PartitionWork[] {
    return [...this.topics.values()].flatMap(({ partitions }) => Array.from(partitions.values()));
  }

  /** What it has now, by Kafka's names. */
  owned(names: KafkaTopics): Owned {
    return Object.fromEntries(
      [...this.topics.values()].map(({ topic, partitions }) => [names.nameOf(topic), [...partitions.keys()]]),
    );
  }

  hold(): void {
    for (const topic of this.topics.values()) topic.handlers.hold();
  }

  /** Lets go what is not assigned any more, and takes up the rest by `takeUp`, which is tried until it succeeds. */
  assign(assigned: Assigned, takeUp: () => Promise<void>): void {
    this.superseded.abort();
    this.superseded = new AbortController();
    for (const [name, topic] of this.topics) {
      for (const partition of topic.partitions.keys()) {
        if (!assigned.get(name)?.includes(partition)) topic.drop(partition);
      }
    }
    this.taken = this.take(takeUp, this.superseded.signal);
  }

  /** Pauses and resumes by `consumer`; begins to hand messages over. */
  useFetching(consumer: Consumer, names: KafkaTopics): void {
    const place = ({ topic, partition }: PartitionWork) => [{ topic: names.nameOf(topic), partitions: [partition] }];
    this.pauseFetching = (work) => unlessEnded(() => consumer.pause(place(work)));
    this.resume = (work) => unlessEnded(() => consumer.resume(place(work)));
    for (const work of this.partitions()) {
      work.paused = work.isFull;
      if (work.paused) this.pauseFetching(work);
      else this.resume(work);
    }
    for (const topic of this.topics.values()) topic.handlers.release();
  }

  /**
   * Takes in what was fetched. Answers with the offset to go on from when it does not follow what is here: kafkajs may
   * hand on what it fetched before a rebalance.
   */
  async add(topic: string, batch: Batch): Promise<number | undefined> {
    const topicWork = this.topics.get(topic);
    const work = topicWork?.partitions.get(batch.partition);
    if (!topicWork || !work) return undefined;
    // The offset that was asked for, which kafkajs keeps but does not declare.
    const from = Number((batch as Batch & { fetchedOffset: string }).fetchedOffset);
    if (from !== work.next) return this.realign(work, from);
    work.add(batch.messages.map(readRecord), Number(batch.lastOffset()) + 1);
    if (work.isFull && !work.paused) {
      work.paused = true;
      this.pauseFetching(work);
    }
    topicWork.handlers.wake();
    return undefined;
  }

  skip(topic: string, partition: number, next: number): void {
    const work = this.topics.get(topic)?.partitions.get(partition);
    if (work && next > work.next) work.add([], next);
  }

  /** Starts no more handlers and waits for those that run; true when some still do after `ms`. */
  async drain(ms: number): Promise<boolean> {
    this.hold();
    const patience = new AbortController();
    const idle = Promise.all([...this.topics.values()].map((topic) => topic.handlers.idle()));
    const late = sleep(ms, true, { signal: patience.signal }).catch(() => false);
    const isLate = await Promise.race([idle.then(() => false), late]);
    patience.abort();
    return isLate;
  }

  /** Ends pauses between retries: those messages come again. */
  stopRetrying(): void {
    for (const { stop } of this.partitions()) stop.abort();
    this.superseded.abort();
  }

  lag(): Promise<ConsumerLag[]> {
    return Promise.all([...this.topics.values()].map((topic) => this.lagOf(topic)));
  }

  private read(topic: string, { limit, name, handler, subscription }: GroupSettings['readers'][number]): void {
    if (this.topics.has(topic)) return;
    const { group, takesBroken, perInstance } = subscription;
    const recipient = { group, handler, takesBroken, perInstance, limit, name };
    const onRoom = (work: PartitionWork): void => {
      if (!work.paused || !work.isLow) return;
      work.paused = false;
      this.resume(work);
    };
    this.topics.set(topic, new TopicWork(topic, recipient, this.delivery, this.turn, onRoom));
  }

  private async take(takeUp: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await takeUp();
      } catch (error) {
        this.logger.debug(`The offsets of ${this.settings.groupId} are asked for again: ${String(error)}`);
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** The offset to fetch next. What the broker has removed since can only be told of. */
  private async realign(work: PartitionWork, from: number): Promise<number> {
    const { topic, partition, next } = work;
    if (from < next) return next;
    const low = (await this.offsets.ranges(topic)).get(partition)?.low ?? 0;
    if (low <= next) return next;
    const lost = `${topic}/${partition} was cut to offset ${low} by its retention; ${low - next} messages before it were never read in ${this.settings.groupId}`;
    this.logger.error(lost);
    work.add([], low);
    return low;
  }

  private async lagOf(topic: TopicWork): Promise<ConsumerLag> {
    const works = [...topic.partitions.values()];
    const ranges = works.length > 0 ? await this.offsets.ranges(topic.topic) : undefined;
    const behind = works.map(({ partition, committable }) => (ranges?.get(partition)?.high ?? 0) - committable);
    const oldest = Math.min(...works.map((work) => work.oldest ?? Infinity));
    return {
      topic: topic.topic,
      group: this.settings.group,
      messages: behind.reduce((sum, messages) => sum + Math.max(0, messages), 0),
      seconds: Math.max(0, (Date.now() - oldest) / 1000),
      inFlight: topic.handlers.inFlight,
      ...topic.tally,
    };
  }
}

/** A consumer that has just ended throws, before it tells so. The next one learns at its start what is paused. */
function unlessEnded(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof KafkaJSNonRetriableError)) throw error;
  }
}
