import { AppError } from '@kadr/errors';
import type { LoggedMessage } from '../../claim-check/claim-check.js';
import { Partitioner } from '../../topics/murmur2.js';
import type { KafkaTopics } from '../topics/kafka-topics.js';
import type { IdempotentProducer } from './idempotent-producer.js';
import { PartitionSender, inRequests, sizeOf } from './partition-sender.js';

/** Bytes on their way to brokers; whoever publishes more waits until some have arrived. */
const WAITING_BYTES = 64 * 1024 * 1024;

interface TopicRoute {
  partitioner: Partitioner;
  senders: PartitionSender[];
}

/** The same for a process that is to end: it has other things to do in the time that it is given. */
const ENDING_MS = 3000;

/** Sends messages to the partitions of their keys, with a bound on what waits and on how long. */
export class KafkaPublisher {
  private readonly routes = new Map<string, Promise<TopicRoute>>();
  private waiting = 0;
  private readonly queue: (() => void)[] = [];
  private readonly open = new Set<Promise<void>>();
  /** Ends the wait of each who waits for brokers. */
  private readonly waits = new Set<() => void>();

  constructor(
    private readonly topics: KafkaTopics,
    private readonly producer: IdempotentProducer,
    private timeoutMs: number,
  ) {}

  /** Resolves when all in-sync replicas have the messages. @throws AppError `bus-unavailable` (away) after the limit. */
  async publish(topic: string, messages: readonly LoggedMessage[]): Promise<void> {
    const deadline = Date.now() + this.timeoutMs;
    const bytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
    const work = this.withRoom(bytes, deadline, () => this.hand(topic, messages, deadline));
    this.open.add(work);
    try {
      await work;
    } finally {
      this.open.delete(work);
    }
  }

  /** Waits for what is on its way. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.open);
  }

  /** The process is to end: brokers that are away are not waited for as long as before, not by those who wait already either. */
  hurry(): void {
    this.timeoutMs = Math.min(this.timeoutMs, ENDING_MS);
    const earlier = [...this.waits];
    setTimeout(() => earlier.forEach((giveUp) => giveUp()), this.timeoutMs).unref();
  }

  private async hand(topic: string, messages: readonly LoggedMessage[], deadline: number): Promise<void> {
    const { partitioner, senders } = await this.byThen(deadline, this.route(topic));
    const byPartition = new Map<number, LoggedMessage[]>();
    for (const message of messages) {
      const partition = partitioner.partitionOf(message.key);
      byPartition.set(partition, [...(byPartition.get(partition) ?? []), message]);
    }
    const parcels = [...byPartition].flatMap(([partition, mine]) =>
      inRequests(mine).map((run) => this.parcel(senders[partition], run, deadline)),
    );
    await Promise.all(parcels);
  }

  private parcel(sender: PartitionSender, messages: readonly LoggedMessage[], deadline: number): Promise<void> {
    const bytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
    return this.byThen(
      deadline,
      new Promise((resolve, reject) => sender.add({ messages, bytes, deadline, resolve, reject })),
    );
  }

  /** What `work` gives, if it does so in time: a topic that was not used yet is asked about first, of brokers that may be away. */
  private byThen<T>(deadline: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(tooLate(this.timeoutMs));
        this.waits.delete(giveUp);
      };
      const timer = setTimeout(giveUp, deadline - Date.now());
      this.waits.add(giveUp);
      void work.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        this.waits.delete(giveUp);
      });
    });
  }

  private route(topic: string): Promise<TopicRoute> {
    const known = this.routes.get(topic);
    if (known) return known;
    const route = this.makeRoute(topic);
    this.routes.set(topic, route);
    route.catch(() => this.routes.delete(topic));
    return route;
  }

  private async makeRoute(topic: string): Promise<TopicRoute> {
    const partitions = await this.topics.partitions(topic);
    const name = this.topics.nameOf(topic);
    const senders = Array.from(
      { length: partitions },
      (_, partition) =>
        new PartitionSender((messages, deadline) => this.producer.send(name, partition, messages, deadline)),
    );
    return { partitioner: new Partitioner(partitions), senders };
  }

  /** Back-pressure: who comes when too much waits is let on when some of it has arrived. */
  private async withRoom(bytes: number, deadline: number, work: () => Promise<void>): Promise<void> {
    while (this.waiting > 0 && this.waiting + bytes > WAITING_BYTES) await this.roomOr(deadline);
    this.waiting += bytes;
    try {
      await work();
    } finally {
      this.waiting -= bytes;
      for (const next of this.queue.splice(0)) next();
    }
  }

  private roomOr(deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(tooLate(this.timeoutMs)), Math.max(0, deadline - Date.now()));
      this.queue.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function tooLate(timeoutMs: number): AppError {
  const message = `No Kafka broker has taken the message within ${timeoutMs} ms. Try again later.`;
  return new AppError('away', 'bus-unavailable', message, { retryAfter: 5 });
}
