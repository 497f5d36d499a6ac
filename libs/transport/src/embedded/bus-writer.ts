import { Logger } from '@nestjs/common';
import type Database from 'better-sqlite3';
import { AppError } from '@kadr/errors';
import { busClosed } from '../bus-closed.js';
import { explainWriting } from './database.js';

/** Bytes of one transaction: bounds the time that the event loop is held. */
const TRANSACTION_BYTES = 2 * 1024 * 1024;
/** Bytes that may wait for their transaction; more is refused with `queue-full`. */
const WAITING_BYTES = 64 * 1024 * 1024;
/** Offsets are written with the next messages, or after this time. */
const COMMIT_MS = 25;
/** Offsets that could not be written are tried again after this time. */
const RETRY_MS = 1000;

/** What one publish has written. */
export interface Append {
  bytes: number;
  /** Runs inside the transaction. */
  write(): void;
  /** Runs when the transaction is committed. */
  done(): void;
  /** Runs when it failed. */
  undo(): void;
}

interface Pending extends Append {
  resolve(): void;
  reject(error: Error): void;
}

/** An offset of a group that waits to be written. */
export interface OffsetRow {
  topic: number;
  name: string;
  partition: number;
  offset: number;
}

/**
 * Group commit: what is published in one turn of the event loop shares a transaction (in slices of 2 MiB), and so do
 * offsets, of which only the last is written. A crash loses offsets of the last 25 ms: those messages come again.
 */
export class BusWriter {
  private readonly logger = new Logger('Transport');
  private pending: Pending[] = [];
  private waiting = 0;
  private readonly offsets = new Map<string, OffsetRow>();
  private scheduled = false;
  private offsetTimer: NodeJS.Timeout | undefined;
  private readonly saveOffset: Database.Statement;
  private readonly transaction: Database.Transaction<(batch: readonly Pending[]) => void>;

  constructor(private readonly db: Database.Database) {
    this.saveOffset = db.prepare(
      `INSERT INTO group_offset (topic, name, partition, offset, seen) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET offset = excluded.offset, seen = excluded.seen`,
    );
    this.transaction = db.transaction((batch) => {
      for (const each of batch) each.write();
      const now = Date.now();
      for (const { topic, name, partition, offset } of this.offsets.values()) {
        this.saveOffset.run(topic, name, partition, offset, now);
      }
    });
  }

  /**
   * Resolves when the append is committed.
   * @throws AppError `queue-full` when publishers that do not wait for their promises have filled the 64 MiB that may
   * wait, `storage-full` or `bus-unavailable` when it cannot be written.
   */
  async append(append: Append): Promise<void> {
    if (!this.db.open) throw busClosed();
    if (this.waiting + append.bytes > WAITING_BYTES) {
      const message = `${this.waiting} bytes wait to be written: publish less at once, or try again later.`;
      throw new AppError('unavailable', 'queue-full', message, { retryAfter: 1 });
    }
    this.waiting += append.bytes;
    await new Promise<void>((resolve, reject) => {
      this.pending.push({ ...append, resolve, reject });
      this.schedule();
    });
  }

  commit(row: OffsetRow): void {
    this.offsets.set(`${row.topic} ${row.partition} ${row.name}`, row);
    this.offsetTimer ??= setTimeout(() => this.flush(), COMMIT_MS);
  }

  /** Writes all that waits. */
  flushAll(): void {
    do this.flush();
    while (this.pending.length > 0);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    clearTimeout(this.offsetTimer);
    this.offsetTimer = undefined;
    if (!this.db.open) return;
    const batch = this.takeBatch();
    try {
      this.transaction(batch);
    } catch (error) {
      this.giveUp(batch, explainWriting(error));
      return;
    }
    this.offsets.clear();
    for (const append of batch) {
      append.done();
      append.resolve();
    }
  }

  private giveUp(batch: readonly Pending[], error: AppError): void {
    this.logger.error(error.message);
    for (const append of batch) {
      append.undo();
      append.reject(error);
    }
    if (this.offsets.size > 0) this.offsetTimer = setTimeout(() => this.flush(), RETRY_MS);
  }

  private takeBatch(): Pending[] {
    let bytes = 0;
    let count = 0;
    while (count < this.pending.length && bytes < TRANSACTION_BYTES) bytes += this.pending[count++].bytes;
    const batch = this.pending.slice(0, count);
    this.pending = this.pending.slice(count);
    this.waiting -= bytes;
    if (this.pending.length > 0) this.schedule();
    return batch;
  }
}
