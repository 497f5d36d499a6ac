import { parseSource } from '@kadr/contracts';
import type { AckMessage, SubscribeMessage } from '@kadr/contracts';
import { AppError } from '@kadr/errors';

/** A wish to watch a job. */
export interface WantedJob {
  source: string;
  jobId: string;
  /** Cursor of the last result seen; `0` for none. */
  after: string;
}

/** @throws AppError `invalid-request` saying what is wrong with the message. */
export function readSubscribe(message: unknown): WantedJob {
  const { source, after } = membersOf<SubscribeMessage>(message);
  if (after !== undefined && !(typeof after === 'string' && /^\d{1,15}$/.test(after))) {
    throw invalid('after', after, 'must be the "cursor" of a result');
  }
  return { source: readSource(message), jobId: readJobId(source), after: after ?? '0' };
}

/** The source that a message names. @throws AppError `invalid-request` */
export function readSource(message: unknown): string {
  const { source } = membersOf<SubscribeMessage>(message);
  if (typeof source === 'string' && source.length <= 200) return source;
  throw invalid('source', source, 'must be "job:" and the id of a job');
}

/** @throws AppError `invalid-request` saying what is wrong with the message. */
export function readAck(message: unknown): AckMessage {
  const { sequence } = membersOf<AckMessage>(message);
  if (typeof sequence === 'number' && Number.isSafeInteger(sequence) && sequence >= 0) {
    return { source: readSource(message), sequence };
  }
  throw invalid('sequence', sequence, 'must be the "sequence" of a result');
}

function readJobId(source: unknown): string {
  const ref = typeof source === 'string' ? parseSource(source) : undefined;
  if (ref?.kind === 'job') return ref.id;
  throw invalid('source', source, 'must be "job:" and the id of a job; GET /v1/jobs lists them');
}

function membersOf<T>(message: unknown): Partial<Record<keyof T, unknown>> {
  if (typeof message === 'object' && message !== null) return message;
  throw new AppError('invalid', 'invalid-request', 'The message must be an object with the member "source".');
}

function invalid(field: string, value: unknown, message: string): AppError {
  const shown = JSON.stringify(value)?.slice(0, 100) ?? 'nothing';
  return new AppError('invalid', 'invalid-request', `${field} ${message}, not ${shown}.`);
}
