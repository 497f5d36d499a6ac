import { deadLetterHeaders } from '@kadr/contracts';
import type { AppError } from '@kadr/errors';
import { claimOf } from '../claim-check/claim-header.js';
import type { BusMessage, OutgoingMessage } from '../messages.js';

const LONGEST_REASON = 1000;

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
