import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type Database from 'better-sqlite3';
import { TOPICS } from '@kadr/contracts';
import { busClosed } from '../bus-closed.js';
import { ClaimCheck } from '../claim-check/claim-check.js';
import type { LoggedMessage } from '../claim-check/claim-check.js';
import type { Bus, Reader } from '../bus.js';
import type { ConsumerLag, OutgoingMessage } from '../messages.js';
import type { TransportOptions } from '../options.js';
import type { Delivery } from '../policy/delivery.js';
import { deliveryOf } from '../policy/delivery-of.js';
import { TopicCatalogue } from '../topics/topic-catalogue.js';
import { misuse } from '../topics/misuse.js';
import { isPattern, topicMatches } from '../topics/topic-pattern.js';
import { BusWriter } from './bus-writer.js';
import { ClaimLedger } from './claim-ledger.js';
import { openDatabase } from './database.js';
import { GroupConsumer } from './group-consumer.js';
import { InOrder } from '../claim-check/in-order.js';
import { MemoryLog } from './memory-log.js';
import { SqliteLog } from './sqlite-log.js';
import type { TopicLog } from './topic-log.js';
import { limitOf } from '../consuming/limit-of.js';
import { Turn } from '../consuming/turn.js';

const DRAIN_MS = 10_000;
const SWEEP_MS = 60_000;

/**
 * The bus of a single process: durable topics in `bus.db`, volatile ones in memory (see {@link SqliteLog} and
 * {@link MemoryLog} for their bounds and policies). A published value belongs to the bus and must not be changed.
 */
export class EmbeddedBus implements Bus, OnApplicationShutdown {
  private readonly logger = new Logger('Transport');
  private readonly catalogue: TopicCatalogue;
  private readonly db: Database.Database;
  private readonly writer: BusWriter;
  private readonly claimCheck: ClaimCheck;
  private readonly claimLedger: ClaimLedger;
  private readonly delivery: Delivery;
  private readonly turn = new Turn();
  private readonly order = new InOrder();
  private readonly logs = new Map<string, TopicLog>();
  private readonly readers: Reader[] = [];
  private readonly consumers = new Map<string, GroupConsumer>();
  private readonly sweeper: NodeJS.Timeout;
  private closing: Promise<void> | undefined;

  /** @throws AppError when `bus.db` cannot be opened, is in use or is damaged. */
  constructor(private readonly options: TransportOptions) {
    this.catalogue = new TopicCatalogue(options.topics);
    this.catalogue.get(TOPICS.deadLetters);
    this.db = openDatabase(options.dataDir);
    this.writer = new BusWriter(this.db);
    this.claimCheck = new ClaimCheck(options.claims, options.claimCheckBytes, { reuseBlobs: 'always' });
    this.claimLedger = new ClaimLedger(this.db, options.claims);
    this.delivery = deliveryOf(options, this.claimCheck, (topic, message) => this.publish(topic, message));
    for (const topic of this.knownTopics()) this.open(topic);
    this.sweeper = setInterval(() => void this.sweep(), options.sweepMs ?? SWEEP_MS).unref();
  }

  async publish(topic: string, ...messages: OutgoingMessage[]): Promise<void> {
    const log = this.open(topic);
    if (messages.length === 0) return;
    await this.order.run(topic, this.checkIn(log, messages), (logged) => log.append(logged));
  }

  async lag(): Promise<ConsumerLag[]> {
    return this.db.open ? [...this.consumers.values()].map((consumer) => consumer.lag) : [];
  }

  /** The bus of one process works as long as its file can be written, which publishers are told of. */
  problem(): undefined {}

  async require(...topics: string[]): Promise<void> {
    for (const topic of topics) this.open(topic);
  }

  async subscribe(readers: readonly Reader[]): Promise<void> {
    for (const { name, subscription } of readers) this.catalogue.requireFed(subscription.topic, name);
    for (const reader of readers) {
      const { topic } = reader.subscription;
      if (!isPattern(topic)) this.open(topic);
      this.readers.push(reader);
      for (const log of this.logs.values()) if (topicMatches(topic, log.name)) this.assign(log, reader);
    }
    for (const consumer of this.consumers.values()) consumer.wake();
  }

  close(): Promise<void> {
    this.closing ??= this.drain();
    return this.closing;
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async drain(): Promise<void> {
    clearInterval(this.sweeper);
    const limit = this.options.drainMs ?? DRAIN_MS;
    const stopped = Promise.all([...this.consumers.values()].map((consumer) => consumer.stop()));
    const patience = new AbortController();
    const late = await Promise.race([
      stopped.then(() => false),
      sleep(limit, true, { signal: patience.signal }).catch(() => false),
    ]);
    patience.abort();
    if (late) this.logger.warn(`Handlers still run after ${limit} ms; their messages will come again`);
    this.writer.flushAll();
    this.db.close();
  }

  private async sweep(): Promise<void> {
    try {
      for (const log of this.logs.values()) if (this.db.open) await log.sweep(Date.now());
      if (this.db.open) await this.claimLedger.sweep(Date.now());
    } catch (error) {
      if (this.db.open) this.logger.error(`Retention failed and will be tried again: ${String(error)}`);
    }
  }

  /** Topics of the catalogue by name, and those that an earlier process made. */
  private knownTopics(): string[] {
    const kept = this.db.prepare<[], string>('SELECT name FROM topic').pluck().all();
    return [...this.catalogue.named, ...kept.filter((topic) => this.catalogue.find(topic)?.durable)];
  }

  /** The log of a topic, made at its first use. @throws AppError when there can be no such topic, or after `close`. */
  private open(topic: string): TopicLog {
    if (!this.db.open) throw busClosed();
    const known = this.logs.get(topic);
    if (known) return known;
    const spec = this.catalogue.get(topic);
    const log = spec.durable ? new SqliteLog(topic, spec, this.db, this.writer) : new MemoryLog(topic, spec);
    this.logs.set(topic, log);
    for (const reader of this.readers) if (topicMatches(reader.subscription.topic, topic)) this.assign(log, reader);
    return log;
  }

  private assign(log: TopicLog, reader: Reader): void {
    const { name, subscription, handler } = reader;
    const { group, perInstance = false } = subscription;
    const limit = limitOf(reader, this.options);
    const id = `${log.name} ${group}`;
    if (this.consumers.has(id)) {
      throw misuse(
        `${name} consumes "${log.name}" in group "${group}", as another handler does: give it its own group.`,
      );
    }
    const from = subscription.from ?? (perInstance ? 'latest' : 'earliest');
    const consuming = { group, perInstance, from, handler, limit, takesBroken: subscription.takesBroken };
    this.consumers.set(id, new GroupConsumer(log, consuming, this.delivery, this.turn));
  }

  /** Only what is written to disk goes by claim check: a volatile topic bounds its bytes by itself. */
  private checkIn(
    { spec }: TopicLog,
    messages: readonly OutgoingMessage[],
  ): readonly LoggedMessage[] | Promise<readonly LoggedMessage[]> {
    if (!spec.durable || !messages.some((message) => this.claimCheck.concerns(message))) return messages;
    const remember = (key: string) => this.claimLedger.remember(key, spec.retentionMs);
    return Promise.all(messages.map((message) => this.claimCheck.checkIn(spec, message, remember)));
  }
}
