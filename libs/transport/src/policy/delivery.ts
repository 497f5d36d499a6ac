import { Logger } from '@nestjs/common';
import { ContractError } from '@kadr/contracts';
import { AppError, toAppError } from '@kadr/errors';
import type { BusMessage, MessageHandler, OutgoingMessage } from '../messages.js';
import { pauseAfter } from './backoff.js';
import type { Backoff } from './backoff.js';
import { deadLetter, shortened } from './dead-letter.js';
import { pause } from './pause.js';

/** A message as its log gives it, before the number of its delivery is known. */
export type StoredMessage = Omit<BusMessage, 'attempt' | 'lastAttempt'>;

/** What became of messages that could not be handled at once; {@link Delivery} counts it up. */
export interface DeliveryTally {
  /** Deliveries after the first one of a message. */
  retries: number;
  deadLetters: number;
}

/** Who gets messages. */
export interface Recipient {
  group: string;
  handler: MessageHandler;
  takesBroken?: boolean;
  /** One of many that get every message: its failure is its own and leaves no dead letter. */
  perInstance?: boolean;
  tally?: DeliveryTally;
}

export interface DeliveryOptions {
  maxAttempts: number;
  backoff: Backoff;
  deadLetterTopic: string;
  /** Follows a claim check, so that the value is whole. */
  resolve(message: StoredMessage): Promise<StoredMessage>;
  publish(topic: string, message: OutgoingMessage): Promise<void>;
}

/**
 * The policy of one message: hand it over, retry in place while its error is retryable, then dead-letter it. A message
 * holds its place among the running handlers until then, so it delays others by the pauses at most and never blocks.
 * What its handler needs and finds away is waited for, without counting attempts: others would fare no better.
 */
export class Delivery {
  private readonly logger = new Logger('Transport');

  constructor(private readonly options: DeliveryOptions) {}

  /** True when the message is finished for good; false when `signal` ended the pauses and it must come again. */
  async deliver(stored: StoredMessage, recipient: Recipient, signal: AbortSignal): Promise<boolean> {
    const { maxAttempts, backoff } = this.options;
    let attempt = 1;
    for (let failures = 1; ; failures++) {
      const delivery = { attempt, lastAttempt: attempt >= maxAttempts };
      let message: BusMessage = { ...stored, ...delivery };
      try {
        message = { ...(await this.resolve(stored, recipient, delivery.lastAttempt)), ...delivery };
        await recipient.handler(message);
        return true;
      } catch (thrown) {
        const error = errorOf(thrown);
        const hopeless = !error.retryable || (delivery.lastAttempt && !error.waits);
        if (hopeless) return this.bury(message, recipient, error, signal);
        if (error.waits && isPowerOfTwo(failures)) this.logger.warn(waiting(message, recipient.group, error));
        if (!(await pause(pauseAfter(failures, backoff, error), signal))) return false;
        if (!error.waits) attempt++;
        if (recipient.tally) recipient.tally.retries++;
      }
    }
  }

  /** The message with its value, or saying why it has none when there is no more hope and its handler wants to know. */
  private async resolve(stored: StoredMessage, { takesBroken }: Recipient, last: boolean): Promise<StoredMessage> {
    try {
      return await this.options.resolve(stored);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!takesBroken || error.waits || (error.retryable && !last)) throw error;
      return { ...stored, broken: error };
    }
  }

  /**
   * Dead-letters, but for two: a dead letter, which would come round for ever, and a message that every instance gets,
   * of which each would write one.
   */
  private async bury(
    message: BusMessage,
    recipient: Recipient,
    error: AppError,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { group, perInstance, tally } = recipient;
    const what = `${message.topic}/${message.partition}/${message.offset} in group ${group} failed`;
    const why = `after ${message.attempt} deliveries: ${error.code}: ${error.message}`;
    if (message.topic === this.options.deadLetterTopic) {
      this.logger.error(`${what} ${why}; it is a dead letter already and stays where it is`);
    } else if (perInstance) {
      this.logger.warn(`${what} ${why}; this instance goes on without it`);
    } else {
      const written = await this.write(deadLetter(message, group, error), what, why, signal);
      if (written && tally) tally.deadLetters++;
      return written;
    }
    return true;
  }

  /** Goes on trying while the bus refuses, because the message must not be lost. */
  private async write(whole: OutgoingMessage, what: string, why: string, signal: AbortSignal): Promise<boolean> {
    const { deadLetterTopic, backoff } = this.options;
    let letter = whole;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.options.publish(deadLetterTopic, letter);
        this.logger.warn(`${what} and went to ${deadLetterTopic} ${why}`);
        return true;
      } catch (refusal) {
        const error = toAppError(refusal);
        this.logger.error(`${what} and could not be dead-lettered: ${error.message}`);
        if (error.kind === 'too-large') letter = shortened(letter);
        if (!(await pause(pauseAfter(attempt, backoff), signal))) return false;
      }
    }
  }
}

function waiting({ topic, partition, offset }: BusMessage, group: string, error: AppError): string {
  return `${topic}/${partition}/${offset} waits in group ${group}: ${error.code}: ${error.message}`;
}

/** The first time and then more and more rarely: enough to be seen, too little to flood. */
function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}

/** Why a handler gave up. What does not follow its contract will not do so at the next delivery either. */
function errorOf(thrown: unknown): AppError {
  if (!(thrown instanceof ContractError)) return toAppError(thrown);
  const message = `A message cannot be read: ${thrown.message}.`;
  return new AppError('unprocessable', 'bad-message', message, { cause: thrown });
}
