import type { DeadLettersTable } from '../database/schema.js';
import type { DeadLetter, NewDeadLetter } from './dead-letter.js';

/** A letter as its row. */
export function rowOf(letter: NewDeadLetter): Omit<DeadLettersTable, 'replays'> {
  return {
    id: letter.id,
    topic: plain(letter.topic),
    partition: letter.partition,
    offset: plain(letter.offset),
    group: plain(letter.group),
    // As JSON, because it must be published again exactly as it was, and a key may hold what a text column can't.
    key: JSON.stringify(letter.key),
    headers: JSON.stringify(letter.headers),
    size: letter.size,
    content_type: plain(letter.contentType),
    code: plain(letter.code),
    reason: plain(letter.reason),
    attempts: letter.attempts,
    source: plain(letter.source),
    sequence: letter.sequence,
    happened_at: letter.happenedAt,
    replayed_at: null,
  };
}

/** The reverse of {@link rowOf}. */
export function letterOf(row: DeadLettersTable): DeadLetter {
  const { id, topic, partition, offset, group, size, code, reason, attempts, source, sequence, replays } = row;
  return {
    id,
    topic,
    partition,
    offset,
    group,
    key: JSON.parse(row.key) as string | null,
    headers: JSON.parse(row.headers) as Record<string, string>,
    size,
    contentType: row.content_type,
    code,
    reason,
    attempts,
    source,
    sequence,
    happenedAt: row.happened_at,
    replayedAt: row.replayed_at,
    replays,
  };
}

/** Whoever wrote the letter may have put a NUL into it, which PostgreSQL's text refuses. */
function plain<T extends string | null>(text: T): T {
  return (text?.replaceAll('\0', '\uFFFD') ?? null) as T;
}
