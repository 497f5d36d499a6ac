import { Logger } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { AppError } from '@kadr/errors';
import type { BusMessage, OutgoingMessage } from '../messages.js';
import { Delivery } from './delivery.js';
import type { StoredMessage } from './delivery.js';

Logger.overrideLogger(false);

const MESSAGE: StoredMessage = {
  topic: 't',
  partition: 0,
  offset: '0',
  key: 'k',
  headers: {},
  value: Buffer.from('x'),
  timestamp: 0,
};
const never = () => new AbortController().signal;

function delivery(
  publish: (topic: string, message: OutgoingMessage) => Promise<void>,
  resolve = async (message: StoredMessage) => message,
): Delivery {
  const backoff = { initialMs: 1, factor: 1, maxMs: 1 };
  return new Delivery({
    maxAttempts: 2,
    backoff,
    deadLetterTopic: 'dead',
    resolve,
    publish,
  });
}

describe('Delivery', () => {
  const failing = () => Promise.reject(new AppError('invalid', 'bad-message', 'x'.repeat(5000)));

  it('does not finish a message until the dead-letter topic has taken it', async () => {
    const letters: OutgoingMessage[] = [];
    let refusals = 3;
    const publish = async (_: string, message: OutgoingMessage) => {
      if (refusals-- > 0) throw new AppError('unavailable', 'storage-full', 'full');
      letters.push(message);
    };
    await expect(delivery(publish).deliver(MESSAGE, { group: 'g', handler: failing }, never())).resolves.toBe(true);
    expect(letters).toHaveLength(1);
    expect(letters[0].headers.ce_reason).toHaveLength(1000);
    expect(letters[0].headers).toMatchObject({
      ce_originaltopic: 't',
      ce_originalpartition: '0',
      ce_originaloffset: '0',
      ce_originalgroup: 'g',
    });
  });

  it('writes no dead letter for a group of this instance alone, whose others would write it too', async () => {
    const letters: OutgoingMessage[] = [];
    const publish = async (_: string, message: OutgoingMessage) => void letters.push(message);
    const own = { group: 'g', handler: failing, perInstance: true };
    await expect(delivery(publish).deliver(MESSAGE, own, never())).resolves.toBe(true);
    expect(letters).toEqual([]);
  });

  it('counts retries and dead letters', async () => {
    const tally = { retries: 0, deadLetters: 0 };
    const publish = async () => undefined;
    const handler = () => Promise.reject(new AppError('unavailable', 'model-loading', 'soon'));
    await delivery(publish).deliver(MESSAGE, { group: 'g', handler, tally }, never());
    await delivery(publish).deliver(MESSAGE, { group: 'g', handler: failing, tally }, never());
    await delivery(publish).deliver(MESSAGE, { group: 'g', handler: async () => undefined, tally }, never());
    expect(tally).toEqual({ retries: 1, deadLetters: 2 });
  });

  it('leaves the message unfinished when it is stopped before that', async () => {
    const stopping = new AbortController();
    const publish = async () => {
      stopping.abort();
      throw new AppError('unavailable', 'bus-unavailable', 'closed');
    };
    await expect(delivery(publish).deliver(MESSAGE, { group: 'g', handler: failing }, stopping.signal)).resolves.toBe(
      false,
    );
  });

  it('hands over a message whose value is gone to a handler that wants to know, and buries it unseen otherwise', async () => {
    const letters: OutgoingMessage[] = [];
    const publish = async (_: string, message: OutgoingMessage) => {
      letters.push(message);
    };
    const gone = delivery(publish, () =>
      Promise.reject(new AppError('not-found', 'blob-missing', 'the claim is gone')),
    );
    const seen: unknown[] = [];
    const handler = async ({ broken }: BusMessage) => {
      seen.push(broken);
    };
    await gone.deliver(MESSAGE, { group: 'g', handler, takesBroken: true }, never());
    expect(seen).toMatchObject([{ code: 'blob-missing' }]);
    expect(letters).toEqual([]);
    await gone.deliver(MESSAGE, { group: 'g', handler }, never());
    expect(seen).toHaveLength(1);
    expect(letters[0].headers.ce_errorcode).toBe('blob-missing');
  });
});
