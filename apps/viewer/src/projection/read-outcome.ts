import { ContractError, DROP_REASONS, decodeOutcome, parseSource } from '@kadr/contracts';
import type { Outcome } from '@kadr/contracts';
import type { BusMessage } from '@kadr/transport';
import { readMessage } from '../read-message.js';

/** An outcome that storage can take, whoever wrote it. @throws AppError `bad-message` */
export function readOutcome(message: BusMessage): Outcome {
  return readMessage(message, (received) => checked(decodeOutcome(received)));
}

function checked(outcome: Outcome): Outcome {
  if (!parseSource(outcome.source)) throw new ContractError(`ce_source is "${outcome.source}", which is no source`);
  if (outcome.sequence < 0) throw new ContractError(`ce_sequence is ${outcome.sequence}, below 0`);
  switch (outcome.type) {
    case 'kadr.result.v1':
      if (isObject(outcome.result)) return outcome;
      throw new ContractError('the result is not an object');
    case 'kadr.drop.v1':
      if (isObject(outcome.drop) && DROP_REASONS.includes(outcome.drop.reason)) return outcome;
      throw new ContractError(`the reason of the drop is not one of ${DROP_REASONS.join(', ')}`);
    case 'kadr.failure.v1': {
      const { failure } = outcome;
      if (isObject(failure) && typeof failure.code === 'string' && typeof failure.detail === 'string') return outcome;
      throw new ContractError('the failure has no code or no detail');
    }
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
