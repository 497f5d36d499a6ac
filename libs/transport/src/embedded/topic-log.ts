import type { TopicSpec } from '@kadr/contracts';
import type { LoggedMessage } from '../claim-check/claim-check.js';
import type { LogRecord } from '../consuming/log-record.js';
import type { StartFrom } from '../messages.js';

/** How a group takes up a topic. */
export interface Joining {
  group: string;
  from: StartFrom;
  /** Offsets end with the process. */
  perInstance: boolean;
}

/** One topic: partitions of messages, and the offsets of its groups. In memory or on disk. */
export interface TopicLog {
  readonly name: string;
  readonly spec: TopicSpec;
  readonly partitions: number;
  /** Resolves when the messages are kept; all of them or, when it rejects, none. */
  append(messages: readonly LoggedMessage[]): Promise<void>;
  /** At most `most` messages of `partition` from offset `from` on; offsets may have gaps. */
  read(partition: number, from: number, most: number): LogRecord[];
  /** The offset that comes next. */
  end(partition: number): number;
  /** How many messages there are from offset `from` on. */
  count(partition: number, from: number): number;
  /** The offset at which the group goes on, for each partition. */
  join(joining: Joining): number[];
  /** All below `offset` is finished for the group. */
  commit(group: string, partition: number, offset: number): void;
  /** Drops what retention and compaction allow to drop. */
  sweep(now: number): Promise<void>;
  /** `listener` is called after each append. */
  onAppend(listener: () => void): void;
}
