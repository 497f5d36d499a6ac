import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { TopicSpec } from '@kadr/contracts';
import type { LoggedMessage } from '../claim-check/claim-check.js';
import type { BusWriter } from './bus-writer.js';
import { GroupOffsets } from './group-offsets.js';
import { Partitioner } from '../topics/murmur2.js';
import type { LogRecord } from '../consuming/log-record.js';
import type { Joining, TopicLog } from './topic-log.js';
import { TopicTable } from './topic-table.js';

/** What a row costs beside its value, in bytes that take as long to write. */
const ENVELOPE_BYTES = 1024;
/** Messages removed in one go: bounds the time that the event loop is held. */
const SWEEP_SLICE = 50;

/**
 * A durable topic: in `bus.db`, bounded by its retention and by the disk (a full disk refuses the publish with
 * `storage-full`). A topic keeps the number of partitions it was made with, so that keys keep their place.
 *
 * Retention: a message older than the topic's retention is dropped once every known group has finished it, so nothing
 * is lost silently; a group that has not come for longer than the retention is forgotten. Compaction: a message with a
 * newer one of its key, and a tombstone, is dropped once every known group has finished it.
 */
export class SqliteLog implements TopicLog {
  private readonly table: TopicTable;
  private readonly groups = new GroupOffsets();
  /** Groups of this process; the lasting ones have their offsets written. */
  private readonly joined = new Map<string, { lasting: boolean }>();
  private readonly partitioner: Partitioner;
  private readonly listeners: (() => void)[] = [];
  private readonly compactedBelow: number[] = [];
  private ends: number[];
  private lastTimestamp = 0;

  constructor(
    readonly name: string,
    readonly spec: TopicSpec,
    db: Database.Database,
    private readonly writer: BusWriter,
  ) {
    this.table = new TopicTable(db, name, spec.partitions);
    this.partitioner = new Partitioner(this.partitions);
    this.ends = this.table.ends();
    const starts = this.table.starts();
    for (const { name: group } of this.table.groups()) this.groups.set(group, starts);
    for (const { name: group, partition, offset } of this.table.groups()) this.groups.commit(group, partition, offset);
  }

  get partitions(): number {
    return this.table.partitions;
  }

  append(messages: readonly LoggedMessage[]): Promise<void> {
    return this.writer.append({
      bytes: messages.reduce((sum, { value }) => sum + ENVELOPE_BYTES + (value?.length ?? 0), 0),
      write: () => this.write(messages),
      done: () => {
        for (const listener of this.listeners) listener();
      },
      undo: () => {
        this.ends = this.table.ends();
      },
    });
  }

  read(partition: number, from: number, most: number): LogRecord[] {
    return this.table.read(partition, from, most);
  }

  end(partition: number): number {
    return this.ends[partition];
  }

  count(partition: number, from: number): number {
    return this.table.count(partition, from);
  }

  join({ group, from, perInstance }: Joining): number[] {
    const known = perInstance ? undefined : this.groups.get(group);
    const offsets = [...(known ?? (from === 'latest' ? this.ends : this.table.starts()))];
    this.joined.set(group, { lasting: !perInstance });
    this.groups.set(group, offsets);
    // Written at once: a group that starts at the end must go on from here after a restart.
    for (const [partition, offset] of offsets.entries()) this.commit(group, partition, offset);
    return offsets;
  }

  commit(group: string, partition: number, offset: number): void {
    this.groups.commit(group, partition, offset);
    if (this.joined.get(group)?.lasting) this.writer.commit({ topic: this.table.id, name: group, partition, offset });
  }

  async sweep(now: number): Promise<void> {
    const oldest = now - this.spec.retentionMs;
    for (const group of this.table.groupsSeenBefore(oldest)) {
      if (!this.joined.has(group)) this.forget(group);
    }
    for (let partition = 0; partition < this.partitions; partition++) {
      const below = () => this.groups.finishedBelow(partition);
      await inSlices(() => this.table.removeOld(partition, below(), oldest, SWEEP_SLICE));
      if (this.spec.compacted) await this.compact(partition);
    }
  }

  onAppend(listener: () => void): void {
    this.listeners.push(listener);
  }

  private async compact(partition: number): Promise<void> {
    const below = Math.min(this.groups.finishedBelow(partition), this.ends[partition]);
    if (this.compactedBelow[partition] === below) return;
    await inSlices(() => this.table.removeSuperseded(partition, below, SWEEP_SLICE));
    this.compactedBelow[partition] = below;
  }

  private forget(group: string): void {
    this.table.removeGroup(group);
    this.groups.forget(group);
  }

  private write(messages: readonly LoggedMessage[]): void {
    this.lastTimestamp = Math.max(Date.now(), this.lastTimestamp);
    for (const message of messages) {
      const partition = this.partitioner.partitionOf(message.key);
      this.table.add({ partition, offset: this.ends[partition]++, timestamp: this.lastTimestamp }, message);
    }
  }
}

/** Repeats `slice` until it removes nothing, other work in between. */
async function inSlices(slice: () => number): Promise<void> {
  while (slice() > 0) await nextTurn();
}
