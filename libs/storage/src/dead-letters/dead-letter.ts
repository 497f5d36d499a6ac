/** A message that could not be handled, as it was and why; its bytes are a blob. */
export interface DeadLetter {
  /** The same for the same message and group, so that one which comes again is kept once. */
  id: string;
  /** Where the message was; null in a letter that does not say so. */
  topic: string | null;
  partition: number | null;
  offset: string | null;
  /** Who gave it up. */
  group: string | null;
  key: string | null;
  /** Those that the message had itself. */
  headers: Record<string, string>;
  /** Bytes of the value; null for a tombstone. */
  size: number | null;
  contentType: string | null;
  code: string;
  reason: string;
  attempts: number;
  source: string | null;
  sequence: number | null;
  /** When it was given up. ISO 8601. */
  happenedAt: string;
  /** When it was last published again. ISO 8601. */
  replayedAt: string | null;
  replays: number;
}

/** A letter as it comes in: not replayed yet. */
export type NewDeadLetter = Omit<DeadLetter, 'replayedAt' | 'replays'>;

/** Which letters. */
export interface DeadLetterFilter {
  code?: string;
  topic?: string;
  replayed?: boolean;
}

/** A place among the letters in the order of their time: those beyond it are asked for. */
export type DeadLetterPlace = Pick<DeadLetter, 'happenedAt' | 'id'>;
