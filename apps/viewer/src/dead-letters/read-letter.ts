import { createHash } from 'node:crypto';
import { readDeadLetter } from '@kadr/contracts';
import type { DeadLetterFacts } from '@kadr/contracts';
import type { NewDeadLetter } from '@kadr/storage';
import type { BusMessage } from '@kadr/transport';

/** What is known of a dead letter, whoever wrote it. */
export function readLetter(message: BusMessage): NewDeadLetter {
  const { headers, facts } = readDeadLetter(message.headers);
  return {
    id: idOf(message, facts),
    topic: facts.topic ?? null,
    partition: facts.partition ?? null,
    offset: facts.offset ?? null,
    group: facts.group ?? null,
    key: message.key,
    headers,
    size: message.value?.length ?? null,
    contentType: headers['content-type'] ?? null,
    code: facts.code ?? 'internal',
    reason: facts.reason ?? '',
    attempts: facts.attempts ?? 0,
    source: headers.ce_source ?? null,
    sequence: sequenceOf(headers.ce_sequence),
    happenedAt: new Date(message.timestamp).toISOString(),
  };
}

/**
 * A UUID of version 8 (RFC 9562, custom) made of where the message was and who gave it up: a worker that dies after
 * burying a message buries it once more. Volatile topics count from 0 again at each start, hence the event's own id. A
 * letter that does not say where its message was is known by its own place.
 */
function idOf({ topic, partition, offset, headers }: BusMessage, facts: Partial<DeadLetterFacts>): string {
  const told = facts.topic !== undefined && facts.partition !== undefined && facts.offset !== undefined;
  const place = told
    ? [facts.topic, facts.partition, facts.offset, facts.group, headers.ce_source, headers.ce_id]
    : [topic, partition, offset];
  const bytes = createHash('sha256').update(JSON.stringify(place)).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function sequenceOf(text = ''): number | null {
  const sequence = Number(text || Number.NaN);
  return Number.isSafeInteger(sequence) && sequence >= 0 ? sequence : null;
}
