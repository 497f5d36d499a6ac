import type { LogRecord } from '../consuming/log-record.js';

const TRIM = 256;

/** Messages of one partition in memory: appended at the end, removed anywhere, found by offset at once. */
export class MemoryPartition {
  /** `slots[i]` is the message at offset `base + i`; removed ones leave a hole, holes at the front are cut off. */
  private slots: (LogRecord | undefined)[] = [];
  private base = 0;
  private head = 0;

  get end(): number {
    return this.base + this.slots.length;
  }

  /** The first offset that is still there. */
  get start(): number {
    return this.base + this.head;
  }

  push(record: LogRecord): void {
    this.slots.push(record);
  }

  get(offset: number): LogRecord | undefined {
    return this.slots[offset - this.base];
  }

  remove(offset: number): LogRecord | undefined {
    const record = this.get(offset);
    if (!record) return undefined;
    this.slots[offset - this.base] = undefined;
    while (this.head < this.slots.length && !this.slots[this.head]) this.head++;
    if (this.head >= TRIM && this.head * 2 >= this.slots.length) this.trim();
    return record;
  }

  /** Messages from `from` on, below `to`. */
  *range(from: number, to: number = this.end): Generator<LogRecord> {
    const first = Math.max(from, this.start);
    const last = Math.min(to, this.end);
    for (let offset = first; offset < last; offset++) {
      const record = this.get(offset);
      if (record) yield record;
    }
  }

  private trim(): void {
    this.slots = this.slots.slice(this.head);
    this.base += this.head;
    this.head = 0;
  }
}
