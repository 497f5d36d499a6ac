import type { LogRecord } from '../../consuming/log-record.js';
import { CommitTracker } from '../../consuming/commit-tracker.js';

/** What waits here for its handler; at the bound the partition is paused. */
const MOST_BYTES = 4 * 1024 * 1024;
const LEAST_WAITING = 16;

/** A partition that this process owns: what has been fetched, what is running, what may be committed. */
export class PartitionWork {
  /** Aborts when the partition is somebody else's, or the process stops. */
  readonly stop = new AbortController();
  /** Fetching is paused. */
  paused = false;
  /** The offset that the broker has for the group, as far as is known. */
  committed: number;
  /** The highest offset that the broker may have. */
  attempted: number;
  private readonly waiting: LogRecord[] = [];
  private waitingBytes = 0;
  private readonly tracker: CommitTracker;
  private readonly mostWaiting: number;

  /**
   * @param next the offset to fetch next
   * @param committed the group's offset, -1 for none
   * @param limit handlers at once
   */
  constructor(
    readonly topic: string,
    readonly partition: number,
    public next: number,
    committed: number,
    limit: number,
  ) {
    this.committed = committed;
    this.attempted = committed;
    this.tracker = new CommitTracker(next);
    this.mostWaiting = Math.max(LEAST_WAITING, limit);
  }

  /** Takes in what was fetched, up to but without `next`. */
  add(records: readonly LogRecord[], next: number): void {
    this.waiting.push(...records);
    for (const { value } of records) this.waitingBytes += value?.length ?? 0;
    this.next = next;
    this.settle();
  }

  /** The next message, if one waits. */
  take(): LogRecord | undefined {
    const record = this.waiting.shift();
    if (!record) return undefined;
    this.waitingBytes -= record.value?.length ?? 0;
    this.tracker.start(record.offset, record.timestamp);
    return record;
  }

  finish(offset: number): void {
    this.tracker.finish(offset);
    this.settle();
  }

  /** All below it is finished. */
  get committable(): number {
    return this.tracker.committable;
  }

  get isFull(): boolean {
    return this.waiting.length >= this.mostWaiting || this.waitingBytes >= MOST_BYTES;
  }

  /** Little enough waits that more should be fetched. */
  get isLow(): boolean {
    return this.waiting.length * 2 <= this.mostWaiting && this.waitingBytes * 2 <= MOST_BYTES;
  }

  /** When the oldest message here arrived that is not finished. */
  get oldest(): number | undefined {
    return this.tracker.oldest ?? this.waiting[0]?.timestamp;
  }

  /** What lies between the last message and `next` (markers of transactions, compaction) counts as finished. */
  private settle(): void {
    if (this.waiting.length === 0) this.tracker.skipTo(this.next);
  }
}
