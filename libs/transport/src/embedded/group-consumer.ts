import { Logger } from '@nestjs/common';
import type { ConsumerLag, MessageHandler } from '../messages.js';
import type { Delivery, Recipient } from '../policy/delivery.js';
import { PartitionReader } from './partition-reader.js';
import { HandlerPool } from '../consuming/handler-pool.js';
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

/** One group on one topic. At the bound of its handlers nothing more is read. */
export class GroupConsumer {
  private readonly logger = new Logger('Transport');
  private readonly readers: PartitionReader[];
  private readonly tally = { retries: 0, deadLetters: 0 };
  private readonly recipient: Recipient;
  private readonly stopping = new AbortController();
  private readonly handlers: HandlerPool<PartitionReader>;

  constructor(
    private readonly log: TopicLog,
    private readonly consuming: Consuming,
    private readonly delivery: Delivery,
    turn: Turn,
  ) {
    this.readers = log.join(consuming).map((offset, partition) => new PartitionReader(log, partition, offset));
    this.recipient = { ...consuming, tally: this.tally };
    this.handlers = new HandlerPool(consuming.limit, turn, {
      partitions: () => this.readers,
      startNext: (reader, room) => this.startNext(reader, room),
    });
    log.onAppend(() => this.wake());
  }

  /** Looks for messages, soon. */
  wake(): void {
    this.handlers.wake();
  }

  /** Delivers nothing more and ends pauses between retries; resolves when the running handlers are done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.handlers.hold();
    await this.handlers.idle();
  }

  get lag(): ConsumerLag {
    const oldest = this.readers.map((reader) => reader.oldest ?? Infinity);
    const seconds = (Date.now() - Math.min(...oldest)) / 1000;
    return {
      topic: this.log.name,
      group: this.consuming.group,
      messages: this.readers.reduce((sum, reader) => sum + reader.behind, 0),
      seconds: Math.max(0, seconds),
      inFlight: this.handlers.inFlight,
      ...this.tally,
    };
  }

  private startNext(reader: PartitionReader, room: number): Promise<void> | undefined {
    try {
      const record = reader.take(room);
      return record && this.run(reader, record);
    } catch (error) {
      const what = `Group "${this.consuming.group}" cannot read "${this.log.name}" and will try again`;
      this.logger.error(`${what}: ${String(error)}`);
      setTimeout(() => this.wake(), RETRY_MS).unref();
      return undefined;
    }
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
