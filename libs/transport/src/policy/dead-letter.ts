import { deadLetterHeaders } from '@kadr/contracts';
import type { AppError } from '@kadr/errors';
import { claimOf } from '../claim-check/claim-header.js';
import type { BusMessage, OutgoingMessage } from '../messages.js';

const LONGEST_REASON = 1000;

/** Of a letter that would be too large; beside them a message's own limit leaves room. */
const LONGEST_HEADER = 1000;
const HEADERS = 64 * 1024;

/** What a message becomes on the dead-letter topic: its original bytes and headers, whence it came and why it is there. */
export function deadLetter(message: BusMessage, group: string, error: AppError): OutgoingMessage {
  return {
    key: message.key,
    value: message.value,
    blob: claimOf(message.headers),
    headers: deadLetterHeaders(message.headers, {
      topic: message.topic,
      partition: message.partition,
      offset: message.offset,
      group,
      code: error.code,
      reason: error.message.slice(0, LONGEST_REASON),
      attempts: message.attempt,
    }),
  };
}

/**
 * A letter that the bus refuses as too large: what is longest among key and headers is cut, so that the message can be
 * put aside at all. The facts stay whole, and so do the original bytes.
 */
export function shortened({ key, headers, ...letter }: OutgoingMessage): OutgoingMessage {
  let room = HEADERS;
  const kept = Object.entries(headers)
    .map(([name, text]) => [name, text.slice(0, LONGEST_HEADER)])
    // Those that were added last are the facts.
    .reverse()
    .filter(([name, text]) => (room -= name.length + text.length) >= 0)
    .reverse();
  return { ...letter, key: key?.slice(0, LONGEST_HEADER) ?? null, headers: Object.fromEntries(kept) };
}
