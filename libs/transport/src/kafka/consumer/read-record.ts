import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../../consuming/log-record.js';

/** A message as kafkajs gives it, as one of a log. */
export function readRecord({ offset, timestamp, key, value, headers }: KafkaMessage): LogRecord {
  return {
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: key === null || key === undefined ? null : key.toString(),
    headers: readHeaders(headers),
    value: value ?? null,
  };
}

/** Headers as text. Of one that comes several times the last one counts; one without a value is empty. */
function readHeaders(headers: IHeaders = {}): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    texts[name] = last?.toString() ?? '';
  }
  return texts;
}
