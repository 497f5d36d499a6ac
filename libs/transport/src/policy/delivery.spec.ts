import { Logger } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { ContractError } from '@kadr/contracts';
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

  it('cuts a letter that the bus refuses as too large: its facts and the original bytes stay', async () => {
    const letters: OutgoingMessage[] = [];
    const publish = async (_: string, message: OutgoingMessage) => {
      letters.push(message);
      if (letters.length === 1) throw new AppError('too-large', 'bad-message', 'too large');
    };
    const many = Object.fromEntries(Array.from({ length: 100 }, (__, n) => [`x-${n}`, 'x'.repeat(999)]));
    const large = { ...MESSAGE, key: 'k'.repeat(5000), headers: { ...many, 'x-long': 'y'.repeat(5000) } };
    await expect(delivery(publish).deliver(large, { group: 'g', handler: failing }, never())).resolves.toBe(true);
    const [whole, cut] = letters;
    expect(Object.keys(whole.headers)).toHaveLength(108);
    expect(Object.keys(cut.headers).length).toBeLessThan(80);
    expect(cut.headers).toMatchObject({
      'x-long': 'y'.repeat(1000),
      ce_originaltopic: 't',
      ce_errorcode: 'bad-message',
    });
    expect(cut).toMatchObject({ key: 'k'.repeat(1000), value: whole.value });
  });

  it('dead-letters at once what does not follow its contract', async () => {
    const tally = { retries: 0, deadLetters: 0 };
    const letters: OutgoingMessage[] = [];
    const publish = async (_: string, message: OutgoingMessage) => void letters.push(message);
    const handler = () => Promise.reject(new ContractError('it is none'));
    await delivery(publish).deliver(MESSAGE, { group: 'g', handler, tally }, never());
    expect(tally).toEqual({ retries: 0, deadLetters: 1 });
    expect(letters[0].headers).toMatchObject({
      ce_errorcode: 'bad-message',
      ce_reason: expect.stringContaining('none'),
    });
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
