import { TOPICS } from '@kadr/contracts';
import type { ClaimCheck } from '../claim-check/claim-check.js';
import type { TransportOptions } from '../options.js';
import { DEFAULT_BACKOFF } from './backoff.js';
import { Delivery } from './delivery.js';
import type { DeliveryOptions } from './delivery.js';

const MAX_ATTEMPTS = 5;

/** The delivery of a bus, whichever it is; claims are followed, those of dead letters as far as they can be. */
export function deliveryOf(
  { maxAttempts = MAX_ATTEMPTS, backoff = DEFAULT_BACKOFF }: TransportOptions,
  claims: ClaimCheck,
  publish: DeliveryOptions['publish'],
): Delivery {
  return new Delivery({
    maxAttempts,
    backoff,
    deadLetterTopic: TOPICS.deadLetters,
    resolve: (message) =>
      message.topic === TOPICS.deadLetters ? claims.followIfThere(message) : claims.follow(message),
    publish,
  });
}
