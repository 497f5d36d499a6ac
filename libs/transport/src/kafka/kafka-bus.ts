import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { Admin, Kafka } from 'kafkajs';
import { TOPICS } from '@kadr/contracts';
import type { TopicSpec } from '@kadr/contracts';
import { v7 as uuid } from 'uuid';
import type { Bus, Reader } from '../bus.js';
import { busClosed } from '../bus-closed.js';
import { ClaimCheck } from '../claim-check/claim-check.js';
import type { LoggedMessage } from '../claim-check/claim-check.js';
import { InOrder } from '../claim-check/in-order.js';
import { limitOf } from '../consuming/limit-of.js';
import type { ConsumerLag, OutgoingMessage } from '../messages.js';
import type { TransportOptions } from '../options.js';
import type { Delivery } from '../policy/delivery.js';
import { deliveryOf } from '../policy/delivery-of.js';
import { TopicCatalogue } from '../topics/topic-catalogue.js';
import { isPattern } from '../topics/topic-pattern.js';
import { ClaimSweeper } from './claim-sweeper.js';
import { GroupMember } from './consumer/group-member.js';
import { groupsOf } from './consumer/groups-of.js';
import { Offsets } from './consumer/offsets.js';
import { explain } from './explain.js';
import { makeClient } from './kafka-client.js';
import type { KafkaOptions } from './kafka-options.js';
import { IdempotentProducer } from './producer/idempotent-producer.js';
import { KafkaPublisher } from './producer/kafka-publisher.js';
import { KafkaTopics } from './topics/kafka-topics.js';

const DRAIN_MS = 10_000;
const SEND_MS = 10_000;
const CONNECT_MS = 30_000;
const CONNECT_RETRY_MS = 500;
/** How often topics that others have made are looked for. */
const WATCH_MS = 5000;

/** The bus of several processes: Apache Kafka. A published value must not be changed. */
export class KafkaBus implements Bus, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Kafka');
  private readonly catalogue: TopicCatalogue;
  private readonly topics: KafkaTopics;
  private readonly offsets: Offsets;
  private readonly producer: IdempotentProducer;
  private readonly publisher: KafkaPublisher;
  private readonly claimCheck: ClaimCheck;
  private readonly delivery: Delivery;
  private readonly sweeper: ClaimSweeper;
  private readonly order = new InOrder();
  private readonly instance = uuid();
  private members: GroupMember[] = [];
  private watching: NodeJS.Timeout | undefined;
  private refreshing = Promise.resolve();
  private closing: Promise<void> | undefined;
  /** Handlers that still run may publish until the last of them is done. */
  private ended = false;

  private constructor(
    private readonly kafka: Kafka,
    private readonly admin: Admin,
    private readonly options: TransportOptions,
    private readonly settings: KafkaOptions,
  ) {
    this.catalogue = new TopicCatalogue(options.topics);
    this.topics = new KafkaTopics(admin, this.catalogue, settings);
    this.offsets = new Offsets(admin, this.topics);
    this.producer = new IdempotentProducer(kafka, settings);
    this.publisher = new KafkaPublisher(this.topics, this.producer, settings.sendTimeoutMs ?? SEND_MS);
    this.claimCheck = new ClaimCheck(options.claims, options.claimCheckBytes, { reuseBlobs: 'above-limit' });
    this.sweeper = new ClaimSweeper(options.claims, options.topics, options.sweepMs);
    this.delivery = deliveryOf(options, this.claimCheck, (topic, message) => this.publish(topic, message));
    this.topics.onMade(() => this.refresh());
  }

  /** @throws AppError naming the brokers and what to do when none of them answers, or they refuse this client. */
  static async connect(options: TransportOptions, settings: KafkaOptions): Promise<KafkaBus> {
    const kafka = makeClient(settings);
    const admin = kafka.admin();
    const end = Date.now() + (settings.connectTimeoutMs ?? CONNECT_MS);
    for (;;) {
      try {
        await admin.connect();
        return new KafkaBus(kafka, admin, options, settings);
      } catch (error) {
        const known = explain(error, { what: 'a start', needs: 'DESCRIBE on its topics' }, settings.brokers);
        if (Date.now() > end || known.message.includes('refuses')) throw known;
        await sleep(CONNECT_RETRY_MS);
      }
    }
  }

  async publish(topic: string, ...messages: OutgoingMessage[]): Promise<void> {
    if (this.ended) throw busClosed();
    const spec = this.catalogue.get(topic);
    if (messages.length === 0) return;
    await this.order.run(topic, this.checkIn(spec, messages), (logged) => this.publisher.publish(topic, logged));
  }

  async require(...topics: string[]): Promise<void> {
    for (const topic of topics) await this.topics.require(topic);
  }

  async lag(): Promise<ConsumerLag[]> {
    const all = await Promise.all(this.members.map((member) => member.lag()));
    return all.flat();
  }

  problem(): string | undefined {
    const problems = this.members.map((member) => member.problem).filter((problem) => problem !== undefined);
    return problems.length > 0 ? problems.join('; ') : undefined;
  }

  async subscribe(readers: readonly Reader[]): Promise<void> {
    for (const { name, subscription } of readers) this.catalogue.requireFed(subscription.topic, name);
    const limited = readers.map((reader) => Object.assign({}, reader, { limit: limitOf(reader, this.options) }));
    const named = readers.map(({ subscription }) => subscription.topic).filter((topic) => !isPattern(topic));
    await this.require(TOPICS.deadLetters, ...named);
    const groups = groupsOf(limited, {
      prefix: this.settings.groupPrefix ?? this.settings.prefix ?? '',
      instance: this.instance,
      drainMs: this.options.drainMs ?? DRAIN_MS,
    });
    const { kafka, topics, offsets, delivery, settings } = this;
    this.members = groups.map(
      (group) => new GroupMember(group, { kafka, topics, offsets, delivery, options: settings }),
    );
    await Promise.all(this.members.map((member) => member.start()));
    this.watching = setInterval(() => this.watch(), WATCH_MS).unref();
    this.sweeper.start();
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  /** The first thing that happens when a process is to end. */
  onModuleDestroy(): void {
    this.publisher.hurry();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async end(): Promise<void> {
    clearInterval(this.watching);
    this.sweeper.stop();
    await this.refreshing;
    await Promise.all(this.members.map((member) => member.stop()));
    await this.publisher.flush();
    this.ended = true;
    await this.producer.close();
    await this.admin.disconnect();
  }

  private watch(): void {
    this.refresh();
    for (const member of this.members) member.watch();
  }

  /** Looks for topics that have appeared, one round after the other. */
  private refresh(): void {
    if (this.closing) return;
    this.refreshing = this.refreshing.then(async () => {
      try {
        for (const member of this.members) if (!this.closing) await member.refresh();
      } catch (error) {
        this.logger.debug(`Topics are looked for again later: ${String(error)}`);
      }
    });
  }

  private checkIn(
    spec: TopicSpec,
    messages: readonly OutgoingMessage[],
  ): readonly LoggedMessage[] | Promise<readonly LoggedMessage[]> {
    if (!messages.some((message) => this.claimCheck.concerns(message))) return messages;
    return Promise.all(messages.map((message) => this.claimCheck.checkIn(spec, message, () => undefined)));
  }
}
