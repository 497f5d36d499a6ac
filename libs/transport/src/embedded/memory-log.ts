import { Logger } from '@nestjs/common';
import type { TopicSpec } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import type { LoggedMessage } from '../claim-check/claim-check.js';
import { GroupOffsets } from './group-offsets.js';
import { MemoryPartition } from './memory-partition.js';
import { Partitioner } from '../topics/murmur2.js';
import type { LogRecord } from '../consuming/log-record.js';
import type { Joining, TopicLog } from './topic-log.js';

/** Counted for each message beside its value, so that a flood of empty ones is bounded too. */
const ENVELOPE_BYTES = 256;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const RETRY_SECONDS = 1;

/**
 * A volatile topic: in memory, gone with the process. A message is released when every group has finished it and all
 * before it in its partition; without a group, when it is older than the retention. What a group has not finished is
 * never dropped by age. A compacted topic also keeps the last message of each key for groups that join later.
 *
 * Bound: `maxBytes` of values (and 256 bytes a message), 64 MiB unless the topic says. When full, `reject` (the
 * default) refuses the publish with `queue-full`, all its messages or none; `drop-oldest` drops the oldest messages of
 * the topic, read or not, and logs how many were never finished.
 */
export class MemoryLog implements TopicLog {
  private readonly logger = new Logger('Transport');
  private readonly parts: MemoryPartition[];
  private readonly groups = new GroupOffsets();
  private readonly partitioner: Partitioner;
  private readonly listeners: (() => void)[] = [];
  /** Compacted topics: the offset of each key's last message, in the partition of the key. */
  private readonly latest = new Map<string, number>();
  /** All messages in order of arrival: what `drop-oldest` drops first. */
  private readonly arrivals = new Map<LogRecord, number>();
  private readonly maxBytes: number;
  private bytes = 0;

  constructor(
    readonly name: string,
    readonly spec: TopicSpec,
  ) {
    this.parts = Array.from({ length: spec.partitions }, () => new MemoryPartition());
    this.partitioner = new Partitioner(spec.partitions);
    this.maxBytes = spec.maxBytes ?? DEFAULT_MAX_BYTES;
  }

  get partitions(): number {
    return this.parts.length;
  }

  async append(messages: readonly LoggedMessage[]): Promise<void> {
    this.makeRoom(messages.reduce((sum, message) => sum + sizeOf(message), 0));
    for (const message of messages) this.push(message);
    for (const listener of this.listeners) listener();
  }

  read(partition: number, from: number, most: number): LogRecord[] {
    const found: LogRecord[] = [];
    for (const record of this.parts[partition].range(from)) {
      if (found.length === most) break;
      found.push(record);
    }
    return found;
  }

  end(partition: number): number {
    return this.parts[partition].end;
  }

  count(partition: number, from: number): number {
    let count = 0;
    for (const _ of this.parts[partition].range(from)) count++;
    return count;
  }

  join({ group, from }: Joining): number[] {
    const offsets = this.parts.map((part) => (from === 'latest' ? part.end : part.start));
    this.groups.set(group, offsets);
    return offsets;
  }

  commit(group: string, partition: number, offset: number): void {
    const before = this.groups.finishedBelow(partition);
    this.groups.commit(group, partition, offset);
    const after = this.groups.finishedBelow(partition);
    for (const record of this.parts[partition].range(before, after)) {
      if (!this.isKept(record)) this.remove(partition, record);
    }
  }

  sweep(now: number): Promise<void> {
    const oldest = now - this.spec.retentionMs;
    for (const [partition, part] of this.parts.entries()) {
      for (const record of part.range(part.start, this.groups.finishedBelow(partition))) {
        if (record.timestamp >= oldest) break;
        this.remove(partition, record);
      }
    }
    return Promise.resolve();
  }

  onAppend(listener: () => void): void {
    this.listeners.push(listener);
  }

  private push({ key, headers, value }: LoggedMessage): void {
    const partition = this.partitioner.partitionOf(key);
    const part = this.parts[partition];
    const record = { offset: part.end, timestamp: Date.now(), key, headers, value: toBuffer(value) };
    part.push(record);
    this.arrivals.set(record, partition);
    this.bytes += sizeOf(record);
    if (!this.spec.compacted || key === null) return;
    const superseded = part.get(this.latest.get(key) ?? -1);
    this.latest.set(key, record.offset);
    if (superseded && superseded.offset < this.groups.finishedBelow(partition)) this.remove(partition, superseded);
  }

  /** True for a finished message that later groups of a compacted topic still want. */
  private isKept({ key, offset, value }: LogRecord): boolean {
    return key !== null && value !== null && this.latest.get(key) === offset;
  }

  private remove(partition: number, record: LogRecord): void {
    this.parts[partition].remove(record.offset);
    this.arrivals.delete(record);
    this.bytes -= sizeOf(record);
    if (record.key !== null && this.latest.get(record.key) === record.offset) this.latest.delete(record.key);
  }

  private makeRoom(bytes: number): void {
    if (bytes > this.maxBytes) {
      const message = `${bytes} bytes do not fit into topic "${this.name}", which holds ${this.maxBytes}: send less at once.`;
      throw new AppError('too-large', 'bad-message', message);
    }
    if (this.bytes + bytes <= this.maxBytes) return;
    if (this.spec.whenFull !== 'drop-oldest') {
      const message = `Topic "${this.name}" is full (${this.bytes} of ${this.maxBytes} bytes wait): try again later.`;
      throw new AppError('unavailable', 'queue-full', message, { retryAfter: RETRY_SECONDS });
    }
    this.dropOldest(this.bytes + bytes - this.maxBytes);
  }

  private dropOldest(bytes: number): void {
    const target = this.bytes - bytes;
    let unfinished = 0;
    for (const [record, partition] of this.arrivals) {
      if (this.bytes <= target) break;
      if (this.groups.size > 0 && record.offset >= this.groups.finishedBelow(partition)) unfinished++;
      this.remove(partition, record);
    }
    if (unfinished > 0)
      this.logger.warn(`Topic "${this.name}" is full: its ${unfinished} oldest messages were dropped`);
  }
}

function sizeOf({ value }: Pick<LoggedMessage, 'value'>): number {
  return ENVELOPE_BYTES + (value?.length ?? 0);
}

/** The same bytes, not a copy: a published value belongs to the bus. */
function toBuffer(value: Uint8Array | null): Buffer | null {
  return value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
