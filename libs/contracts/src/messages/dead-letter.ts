import type { DeadLetterHeadersV1 } from './headers.v1.js';

/** Why a message is a dead letter, and where it came from. */
export interface DeadLetterFacts {
  topic: string;
  partition: number;
  /** A decimal string, as on Kafka. */
  offset: string;
  /** The group that gave it up. */
  group: string;
  /** An error code. */
  code: string;
  reason: string;
  attempts: number;
}

/** Headers that a dead letter has beside those of its message. */
const HEADERS: Readonly<Record<keyof DeadLetterFacts, keyof DeadLetterHeadersV1>> = {
  topic: 'ce_originaltopic',
  partition: 'ce_originalpartition',
  offset: 'ce_originaloffset',
  group: 'ce_originalgroup',
  code: 'ce_errorcode',
  reason: 'ce_reason',
  attempts: 'ce_attempts',
};

/** The headers of a message as a dead letter. */
export function deadLetterHeaders(
  headers: Readonly<Record<string, string>>,
  facts: DeadLetterFacts,
): Record<string, string> {
  const own = Object.entries(HEADERS).map(([fact, header]) => [header, String(facts[fact as keyof DeadLetterFacts])]);
  return { ...headers, ...(Object.fromEntries(own) as Record<string, string>) };
}

/**
 * The reverse of {@link deadLetterHeaders}: the message's own headers, and what the letter says. Any program may have
 * written it, so each fact may be missing.
 */
export function readDeadLetter(headers: Readonly<Record<string, string>>): {
  headers: Record<string, string>;
  facts: Partial<DeadLetterFacts>;
} {
  const names: readonly string[] = Object.values(HEADERS);
  const facts = {
    topic: headers[HEADERS.topic],
    partition: whole(headers[HEADERS.partition]),
    offset: headers[HEADERS.offset],
    group: headers[HEADERS.group],
    code: headers[HEADERS.code],
    reason: headers[HEADERS.reason],
    attempts: whole(headers[HEADERS.attempts]),
  };
  return { headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name))), facts };
}

/** Largest number of partitions and attempts that makes sense, and that a database's integer takes. */
const MOST = 2 ** 31 - 1;

function whole(text = ''): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= MOST ? Number(text) : undefined;
}
