import { z } from 'zod';
import { ContractError, DROP_REASONS, decodeOutcome, parseSource } from '@kadr/contracts';
import type { Outcome, ResultV1 } from '@kadr/contracts';
import type { BusMessage } from '@kadr/transport';
import { readMessage } from '../read-message.js';

const SIZE = { width: z.number(), height: z.number() };

/** What pages and exports read of a result; all else may be of a later version. */
const RESULT = z.object({
  id: z.string(),
  image: z.object(SIZE),
  objects: z.array(
    z.object({ label: z.string(), score: z.number(), box: z.object({ x: z.number(), y: z.number(), ...SIZE }) }),
  ),
});

/** An outcome that storage can take, whoever wrote it. @throws AppError `bad-message` */
export function readOutcome(message: BusMessage): Outcome {
  return readMessage(message, (received) => checked(decodeOutcome(received)));
}

function checked(outcome: Outcome): Outcome {
  if (!parseSource(outcome.source)) throw new ContractError(`ce_source is "${outcome.source}", which is no source`);
  if (outcome.sequence < 0) throw new ContractError(`ce_sequence is ${outcome.sequence}, below 0`);
  switch (outcome.type) {
    case 'kadr.result.v1':
      checkResult(outcome.result);
      return outcome;
    case 'kadr.drop.v1':
      if (DROP_REASONS.includes(outcome.drop.reason)) return outcome;
      throw new ContractError(`the reason of the drop is not one of ${DROP_REASONS.join(', ')}`);
    case 'kadr.failure.v1': {
      const { failure } = outcome;
      if (typeof failure.code === 'string' && typeof failure.detail === 'string') return outcome;
      throw new ContractError('the failure has no code or no detail');
    }
  }
}

function checkResult(result: ResultV1): void {
  const { error } = RESULT.safeParse(result);
  if (!error) return;
  const issues = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ContractError(`the result is none: ${issues.join('; ')}`);
}
