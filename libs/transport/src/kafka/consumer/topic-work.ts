import { HandlerPool } from '../../consuming/handler-pool.js';
import type { LogRecord } from '../../consuming/log-record.js';
import type { Turn } from '../../consuming/turn.js';
import type { Delivery, Recipient } from '../../policy/delivery.js';
import type { PartitionWork } from './partition-work.js';

/** Who handles the messages of a topic, and how many at once. */
export interface TopicReader extends Recipient {
  limit: number;
}

/** A group's work on one topic in this process: its partitions here, and the handlers of their messages. */
export class TopicWork {
  readonly partitions = new Map<number, PartitionWork>();
  readonly tally = { retries: 0, deadLetters: 0 };
  readonly limit: number;
  readonly handlers: HandlerPool<PartitionWork>;
  private readonly recipient: Recipient;

  /** @param onRoom called when a partition has handed over a message, so that more may be fetched */
  constructor(
    readonly topic: string,
    reader: TopicReader,
    private readonly delivery: Delivery,
    turn: Turn,
    private readonly onRoom: (work: PartitionWork) => void,
  ) {
    this.limit = reader.limit;
    this.recipient = { ...reader, tally: this.tally };
    this.handlers = new HandlerPool(reader.limit, turn, {
      partitions: () => [...this.partitions.values()],
      startNext: (work) => this.startNext(work),
    });
    // Until its partitions are known.
    this.handlers.hold();
  }

  /** Gives a partition up: what waits is let go, what runs ends without being committed. */
  drop(partition: number): void {
    this.partitions.get(partition)?.stop.abort();
    this.partitions.delete(partition);
  }

  private startNext(work: PartitionWork): Promise<void> | undefined {
    const record = work.take();
    if (!record) return undefined;
    this.onRoom(work);
    return this.run(work, record);
  }

  private async run(work: PartitionWork, record: LogRecord): Promise<void> {
    const stored = { ...record, topic: this.topic, partition: work.partition, offset: String(record.offset) };
    if (await this.delivery.deliver(stored, this.recipient, work.stop.signal)) work.finish(record.offset);
  }
}
