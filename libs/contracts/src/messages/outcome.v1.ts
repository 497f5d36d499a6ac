import { ApiProperty } from '@nestjs/swagger';
import { ERROR_CODES } from '../error-codes.js';
import { ContractError, eventHeaders, jsonBytes, jsonObject, requiredHeader } from './cloud-event.js';
import type { ReceivedMessage, WireMessage } from './cloud-event.js';
import type { OutcomeHeadersV1 } from './headers.v1.js';
import type { ResultV1 } from './result.v1.js';

/** Why a frame was let go unseen. */
export type DropReason = 'expired' | 'superseded' | 'queue-full' | 'cancelled';
export const DROP_REASONS: readonly DropReason[] = ['expired', 'superseded', 'queue-full', 'cancelled'];

const ID = { example: '2f0c7a52-7c0e-8d3b-9b54-0a1c6f1f3d2e', description: 'As `ce_id`.' };
const SOURCE = { example: 'job:019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a', description: 'As `ce_source`.' };
const SEQUENCE = { example: 0, type: 'integer', minimum: 0, description: 'As `ce_sequence`.' } as const;

/** A frame let go, with its reason. */
export class DropV1 {
  @ApiProperty(ID) id: string;
  @ApiProperty(SOURCE) source: string;
  @ApiProperty(SEQUENCE) sequence: number;
  @ApiProperty({ enum: DROP_REASONS, description: 'Why it was let go.' }) reason: DropReason;
}

/** A frame that could not be processed. */
export class FailureV1 {
  @ApiProperty(ID) id: string;
  @ApiProperty(SOURCE) source: string;
  @ApiProperty(SEQUENCE) sequence: number;
  @ApiProperty({ examples: ERROR_CODES, description: 'One of the examples, or a code that only its sender has.' })
  code: string;
  @ApiProperty({ example: 'The picture is damaged.', description: 'What went wrong, for people.' }) detail: string;
  @ApiProperty({ example: 1, type: 'integer', minimum: 1, description: 'How often the frame was tried.' })
  attempts: number;
}

/** The one outcome of a published frame. */
export type Outcome =
  | { type: 'kadr.result.v1'; source: string; sequence: number; result: ResultV1 }
  | { type: 'kadr.drop.v1'; source: string; sequence: number; drop: DropV1 }
  | { type: 'kadr.failure.v1'; source: string; sequence: number; failure: FailureV1 };

/** An outcome as a message, keyed by its source: one viewer owns a source's state. */
export function encodeOutcome(outcome: Outcome, traceparent?: string): WireMessage {
  const body = outcomeBody(outcome);
  return {
    key: outcome.source,
    headers: eventHeaders<OutcomeHeadersV1>(
      { id: body.id, source: outcome.source, type: outcome.type, time: new Date().toISOString(), traceparent },
      'application/json',
      { ce_sequence: String(outcome.sequence) },
    ),
    value: jsonBytes(body),
  };
}

/** The reverse of {@link encodeOutcome}. @throws ContractError naming what is missing or wrong. */
export function decodeOutcome(message: ReceivedMessage): Outcome {
  const type = requiredHeader(message, 'ce_type');
  const source = requiredHeader(message, 'ce_source');
  const sequence = Number(requiredHeader(message, 'ce_sequence'));
  if (!Number.isSafeInteger(sequence)) throw new ContractError('ce_sequence is not a whole number');
  switch (type) {
    case 'kadr.result.v1':
      return { type, source, sequence, result: jsonObject(message) };
    case 'kadr.drop.v1':
      return { type, source, sequence, drop: jsonObject(message) };
    case 'kadr.failure.v1':
      return { type, source, sequence, failure: jsonObject(message) };
    default:
      throw new ContractError(`ce_type is "${type}", an outcome was expected`);
  }
}

function outcomeBody(outcome: Outcome): ResultV1 | DropV1 | FailureV1 {
  switch (outcome.type) {
    case 'kadr.result.v1':
      return outcome.result;
    case 'kadr.drop.v1':
      return outcome.drop;
    case 'kadr.failure.v1':
      return outcome.failure;
  }
}
