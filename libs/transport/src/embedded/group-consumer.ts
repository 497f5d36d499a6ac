import { Logger } from '@nestjs/common';
import type { ConsumerLag, MessageHandler } from '../messages.js';
import type { Delivery, Recipient } from '../policy/delivery.js';
import { PartitionReader } from './partition-reader.js';
import type { LogRecord } from '../consuming/log-record.js';
import type { Joining, TopicLog } from './topic-log.js';
import type { Turn } from '../consuming/turn.js';

/** A log that cannot be read (a failing disk) is tried again after this time. */
const RETRY_MS = 500;

/** What a consumer runs. */
export interface Consuming extends Joining {
  handler: MessageHandler;
  takesBroken?: boolean;
  /** Handlers at once. */
  limit: number;
}

/**
 * One group on one topic. Messages are handed over in the order of their partition, partitions in turn, at most
 * `limit` at once; at the bound nothing more is read. With a limit of 1 a message is handled only after the one before.
 */
export class GroupConsumer {
  private readonly logger = new Logger('Transport');
  private readonly readers: PartitionReader[];
  private readonly running = new Set<Promise<void>>();
  private readonly tally = { retries: 0, deadLetters: 0 };
  private readonly recipient: Recipient;
  private readonly stopping = new AbortController();
  private turnOf = 0;
  private awake = false;

  constructor(
    private readonly log: TopicLog,
    private readonly consuming: Consuming,
    private readonly delivery: Delivery,
    private readonly turn: Turn,
  ) {
    this.readers = log.join(consuming).map((offset, partition) => new PartitionReader(log, partition, offset));
    this.recipient = { ...consuming, tally: this.tally };
    log.onAppend(() => this.wake());
  }

  /** Looks for messages, soon: in a microtask, so that a publisher is never held up by its readers. */
  wake(): void {
    if (this.awake) return;
    this.awake = true;
    queueMicrotask(() => this.pump());
  }

  /** Delivers nothing more and ends pauses between retries; resolves when the running handlers are done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  get lag(): ConsumerLag {
    const oldest = this.readers.map((reader) => reader.oldest ?? Infinity);
    const seconds = (Date.now() - Math.min(...oldest)) / 1000;
    return {
      topic: this.log.name,
      group: this.consuming.group,
      messages: this.readers.reduce((sum, reader) => sum + reader.behind, 0),
      seconds: Math.max(0, seconds),
      inFlight: this.running.size,
      ...this.tally,
    };
  }

  private pump(): void {
    this.awake = false;
    try {
      this.startAll();
    } catch (error) {
      this.logger.error(
        `Group "${this.consuming.group}" cannot read "${this.log.name}" and will try again: ${String(error)}`,
      );
      setTimeout(() => this.wake(), RETRY_MS).unref();
    }
  }

  private startAll(): void {
    while (this.running.size < this.consuming.limit && !this.stopping.signal.aborted) {
      if (this.turn.isOver) {
        this.awake = true;
        setImmediate(() => this.pump());
        return;
      }
      if (!this.startNext()) return;
    }
  }

  /** Starts the next message of the partition whose turn it is; false when there is none anywhere. */
  private startNext(): boolean {
    for (let tried = 0; tried < this.readers.length; tried++) {
      const reader = this.readers[this.turnOf++ % this.readers.length];
      const record = reader.take(this.consuming.limit - this.running.size);
      if (!record) continue;
      const run = this.run(reader, record).finally(() => {
        this.running.delete(run);
        this.wake();
      });
      this.running.add(run);
      return true;
    }
    return false;
  }

  private async run(reader: PartitionReader, record: LogRecord): Promise<void> {
    const { group } = this.consuming;
    const { partition } = reader;
    const stored = { ...record, topic: this.log.name, partition, offset: String(record.offset) };
    if (!(await this.delivery.deliver(stored, this.recipient, this.stopping.signal))) return;
    const before = reader.committable;
    reader.finish(record.offset);
    const after = reader.committable;
    if (after > before) this.log.commit(group, partition, after);
  }
}
