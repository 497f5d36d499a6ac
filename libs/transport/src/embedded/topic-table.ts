import type Database from 'better-sqlite3';
import type { LoggedMessage } from '../claim-check/claim-check.js';
import type { LogRecord } from '../consuming/log-record.js';

type MessageRow = Omit<LogRecord, 'headers'> & { headers: string };

interface GroupRow {
  name: string;
  partition: number;
  offset: number;
}

/** Where a message stands. */
export interface Place {
  partition: number;
  offset: number;
  timestamp: number;
}

/** The rows of one topic: every statement that touches its messages and groups. */
export class TopicTable {
  readonly id: number;
  readonly partitions: number;
  private readonly insert: Database.Statement;
  private readonly saveEnd: Database.Statement;
  private readonly select: Database.Statement<[number, number, number, number], MessageRow>;
  private readonly counting: Database.Statement<[number, number, number], number>;

  /** Takes up the topic `name`, or makes it with `partitions`. */
  constructor(
    private readonly db: Database.Database,
    name: string,
    partitions: number,
  ) {
    const topic = this.find(name) ?? this.create(name, partitions);
    this.id = topic.id;
    this.partitions = topic.partitions;
    this.insert = db.prepare(
      `INSERT INTO message (topic, partition, offset, timestamp, key, claim, headers, value)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.saveEnd = db.prepare('UPDATE partition SET next = ? WHERE topic = ? AND partition = ?');
    this.select = db.prepare(
      `SELECT offset, timestamp, key, headers, value FROM message
       WHERE topic = ? AND partition = ? AND offset >= ? ORDER BY offset LIMIT ?`,
    );
    this.counting = db
      .prepare<[number, number, number], number>(
        'SELECT count(*) FROM message WHERE topic = ? AND partition = ? AND offset >= ?',
      )
      .pluck();
  }

  /** Inside a transaction of the caller. */
  add({ partition, offset, timestamp }: Place, { key, claim, headers, value }: LoggedMessage): void {
    this.insert.run(this.id, partition, offset, timestamp, key, claim ?? null, JSON.stringify(headers), value);
    this.saveEnd.run(offset + 1, this.id, partition);
  }

  read(partition: number, from: number, most: number): LogRecord[] {
    return this.select.all(this.id, partition, from, most).map(({ offset, timestamp, key, headers, value }) => {
      return { offset, timestamp, key, headers: JSON.parse(headers) as Record<string, string>, value };
    });
  }

  count(partition: number, from: number): number {
    return this.counting.get(this.id, partition, from) ?? 0;
  }

  /** The next offset of each partition. */
  ends(): number[] {
    return this.db
      .prepare<[number], number>('SELECT next FROM partition WHERE topic = ? ORDER BY partition')
      .pluck()
      .all(this.id);
  }

  /** The first offset of each partition that is still there, else the next one. */
  starts(): number[] {
    return this.db
      .prepare<[number], number>(
        `SELECT coalesce((SELECT min(offset) FROM message m WHERE m.topic = p.topic AND m.partition = p.partition), next)
         FROM partition p WHERE topic = ? ORDER BY partition`,
      )
      .pluck()
      .all(this.id);
  }

  groups(): GroupRow[] {
    const sql = 'SELECT name, partition, offset FROM group_offset WHERE topic = ?';
    return this.db.prepare<[number], GroupRow>(sql).all(this.id);
  }

  /** Groups that have not come since `time`. */
  groupsSeenBefore(time: number): string[] {
    const sql = 'SELECT name FROM group_offset WHERE topic = ? GROUP BY name HAVING max(seen) < ?';
    return this.db.prepare<[number, number], string>(sql).pluck().all(this.id, time);
  }

  removeGroup(name: string): void {
    this.db.prepare('DELETE FROM group_offset WHERE topic = ? AND name = ?').run(this.id, name);
  }

  /** Of the first `most` messages below `below`, removes those older than `oldest`; says how many. */
  removeOld(partition: number, below: number, oldest: number, most: number): number {
    // Offsets and timestamps ascend together, so the first young one ends the search.
    const sql = `SELECT offset, timestamp FROM message WHERE topic = ? AND partition = ? AND offset < ? ORDER BY offset LIMIT ?`;
    const first = this.db
      .prepare<number[], Omit<Place, 'partition'>>(sql)
      .all(this.id, partition, Math.min(below, Number.MAX_SAFE_INTEGER), most);
    const last = first.findLast(({ timestamp }) => timestamp < oldest);
    if (!last) return 0;
    return this.db
      .prepare('DELETE FROM message WHERE topic = ? AND partition = ? AND offset <= ?')
      .run(this.id, partition, last.offset).changes;
  }

  /** Removes at most `most` messages below `below`, oldest first, that are superseded or tombstones; says how many. */
  removeSuperseded(partition: number, below: number, most: number): number {
    const sql = `DELETE FROM message WHERE rowid IN (
      SELECT rowid FROM message WHERE topic = $topic AND partition = $partition AND offset < $below AND key IS NOT NULL
      AND (value IS NULL OR offset NOT IN (
        SELECT max(offset) FROM message WHERE topic = $topic AND partition = $partition GROUP BY key
      )) ORDER BY offset LIMIT $most)`;
    const bounds = { topic: this.id, partition, below: Math.min(below, Number.MAX_SAFE_INTEGER), most };
    return this.db.prepare(sql).run(bounds).changes;
  }

  private find(name: string): { id: number; partitions: number } | undefined {
    const sql = 'SELECT id, partitions FROM topic WHERE name = ?';
    return this.db.prepare<[string], { id: number; partitions: number }>(sql).get(name);
  }

  private create(name: string, partitions: number): { id: number; partitions: number } {
    const addTopic = this.db.prepare('INSERT INTO topic (name, partitions) VALUES (?, ?)');
    const addPartition = this.db.prepare('INSERT INTO partition (topic, partition, next) VALUES (?, ?, 0)');
    return this.db.transaction(() => {
      const id = Number(addTopic.run(name, partitions).lastInsertRowid);
      for (let partition = 0; partition < partitions; partition++) addPartition.run(id, partition);
      return { id, partitions };
    })();
  }
}
