import type { LogRecord } from '../../consuming/log-record.js';
import type { Turn } from '../../consuming/turn.js';
import type { Delivery, Recipient } from '../../policy/delivery.js';
import type { PartitionWork } from './partition-work.js';

/** Who handles the messages of a topic, and how many at once. */
export interface TopicReader extends Recipient {
  limit: number;
}

/**
 * A group's work on one topic in this process. Messages are handed over in the order of their partition, partitions in
 * turn, at most `limit` at once, inside a partition too.
 */
export class TopicWork {
  readonly partitions = new Map<number, PartitionWork>();
  readonly tally = { retries: 0, deadLetters: 0 };
  private readonly recipient: Recipient;
  private readonly running = new Set<Promise<void>>();
  private turnOf = 0;
  private awake = false;
  private held = true;

  /** @param onRoom called when a partition has handed over a message, so that more may be fetched */
  constructor(
    readonly topic: string,
    private readonly reader: TopicReader,
    private readonly delivery: Delivery,
    private readonly turn: Turn,
    private readonly onRoom: (work: PartitionWork) => void,
  ) {
    this.recipient = { ...reader, tally: this.tally };
  }

  get limit(): number {
    return this.reader.limit;
  }

  get inFlight(): number {
    return this.running.size;
  }

  /** Hands nothing more over until {@link release}. */
  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    this.wake();
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Gives a partition up: what waits is let go, what runs ends without being committed. */
  drop(partition: number): void {
    this.partitions.get(partition)?.stop.abort();
    this.partitions.delete(partition);
  }

  /** Looks for messages, soon. */
  wake(): void {
    if (this.awake) return;
    this.awake = true;
    queueMicrotask(() => this.pump());
  }

  private pump(): void {
    this.awake = false;
    while (!this.held && this.running.size < this.limit) {
      if (this.turn.isOver) {
        this.awake = true;
        setImmediate(() => this.pump());
        return;
      }
      if (!this.startNext()) return;
    }
  }

  private startNext(): boolean {
    const works = [...this.partitions.values()];
    for (let tried = 0; tried < works.length; tried++) {
      const work = works[this.turnOf++ % works.length];
      const record = work.take();
      if (!record) continue;
      this.onRoom(work);
      const run = this.run(work, record).finally(() => {
        this.running.delete(run);
        this.wake();
      });
      this.running.add(run);
      return true;
    }
    return false;
  }

  private async run(work: PartitionWork, record: LogRecord): Promise<void> {
    const stored = { ...record, topic: this.topic, partition: work.partition, offset: String(record.offset) };
    if (await this.delivery.deliver(stored, this.recipient, work.stop.signal)) work.finish(record.offset);
  }
}
