import { CommitTracker } from '../consuming/commit-tracker.js';
import type { LogRecord } from '../consuming/log-record.js';
import type { TopicLog } from './topic-log.js';

/** A group's place in one partition: what comes next, what is running, what may be committed. */
export class PartitionReader {
  private readonly tracker: CommitTracker;
  private buffer: LogRecord[] = [];
  private taken = 0;

  constructor(
    private readonly log: TopicLog,
    readonly partition: number,
    private next: number,
  ) {
    this.tracker = new CommitTracker(next);
  }

  /** The next message, reading at most `most` ahead; undefined at the end. */
  take(most: number): LogRecord | undefined {
    if (this.taken === this.buffer.length) this.fill(most);
    const record = this.buffer[this.taken];
    if (!record) return undefined;
    this.taken++;
    this.tracker.start(record.offset, record.timestamp);
    return record;
  }

  finish(offset: number): void {
    this.tracker.finish(offset);
  }

  get committable(): number {
    return this.tracker.committable;
  }

  get running(): number {
    return this.tracker.running;
  }

  /** Messages not yet finished. */
  get behind(): number {
    return this.tracker.running + this.waiting + this.log.count(this.partition, this.next);
  }

  /** When the oldest message not yet finished arrived. */
  get oldest(): number | undefined {
    const waiting = this.buffer[this.taken] ?? this.log.read(this.partition, this.next, 1)[0];
    return this.tracker.oldest ?? waiting?.timestamp;
  }

  private get waiting(): number {
    return this.buffer.length - this.taken;
  }

  private fill(most: number): void {
    this.buffer = [];
    this.taken = 0;
    const end = this.log.end(this.partition);
    if (this.next >= end) return;
    this.buffer = this.log.read(this.partition, this.next, most);
    const last = this.buffer[this.buffer.length - 1];
    // Nothing but removed messages up to the end: they count as finished.
    if (!last) this.tracker.skipTo(end);
    this.next = last ? last.offset + 1 : end;
  }
}
