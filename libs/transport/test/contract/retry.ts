import { describe, expect, it } from '@jest/globals';
import { TOPICS } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import type { BusMessage } from '@kadr/transport';
import { deadLettersOf, durable, Gate, numbers, Recorder, start, text, until, volatile } from '../harness.js';
import type { UseHome } from '../harness.js';

/** Errors of handlers: retry by kind, dead letters, and that nobody else waits for ever. */
export function describeRetry(useHome: UseHome): void {
  describe('an error of a handler', () => {
    it.each([
      ['durable', durable],
      ['volatile', volatile],
    ])('is retried while its kind says so, and the attempts are counted (%s)', async (_, topicOf) => {
      const topic = topicOf();
      const attempts: [number, boolean][] = [];
      const handle = async ({ attempt, lastAttempt }: BusMessage) => {
        attempts.push([attempt, lastAttempt]);
        if (attempt < 3) throw new AppError('unavailable', 'no-worker', 'not yet');
      };
      const { handling, letters } = deadLettersOf(topic.name);
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle }, handling]);
      await bus.publisher.publish(topic.name, text('x'));
      await until('all is finished', async () => (await bus.monitor.lag()).every(({ messages }) => messages === 0));
      expect(attempts).toEqual([
        [1, false],
        [2, false],
        [3, false],
      ]);
      expect(letters).toEqual([]);
    });

    it('that says that something Kadr needs is away is waited for, without counting attempts', async () => {
      const topic = durable();
      const attempts: number[] = [];
      const handle = async ({ attempt }: BusMessage) => {
        attempts.push(attempt);
        if (attempts.length < 8) throw new AppError('away', 'database-unavailable', 'not there');
      };
      const { handling, letters } = deadLettersOf(topic.name);
      const handlings = [{ topic: topic.name, group: 'g', handle }, handling];
      const bus = await start(useHome(), [topic], handlings, { maxAttempts: 2 });
      await bus.publisher.publish(topic.name, text('x'));
      await until('all is finished', async () => (await bus.monitor.lag()).every(({ messages }) => messages === 0));
      expect(attempts).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
      expect(letters).toEqual([]);
    });

    it('dead-letters the original bytes and headers with the reason after the last attempt', async () => {
      const topic = durable();
      const attempts: [number, boolean][] = [];
      const handle = async ({ attempt, lastAttempt }: BusMessage) => {
        attempts.push([attempt, lastAttempt]);
        throw new Error('boom: žádná síť');
      };
      const { handling, letters } = deadLettersOf(topic.name);
      const handlings = [{ topic: topic.name, group: 'g', handle }, handling];
      const bus = await start(useHome(), [topic], handlings, { maxAttempts: 3 });
      const value = Buffer.from([0, 255, 10, 13, 128]);
      await bus.publisher.publish(topic.name, { key: 'k', headers: { ce_id: '7' }, value });
      await until('a dead letter', () => letters.length === 1);
      expect(attempts.map(([attempt]) => attempt)).toEqual([1, 2, 3]);
      expect(attempts.map(([, last]) => last)).toEqual([false, false, true]);
      expect(letters[0]).toMatchObject({ topic: TOPICS.deadLetters, key: 'k' });
      expect(letters[0].value?.equals(value)).toBe(true);
      expect(letters[0].headers).toMatchObject({
        ce_id: '7',
        ce_originaltopic: topic.name,
        ce_originalpartition: expect.stringMatching(/^\d+$/),
        ce_originaloffset: '0',
        ce_originalgroup: 'g',
        ce_reason: 'boom: žádná síť',
        ce_errorcode: 'internal',
        ce_attempts: '3',
      });
    });

    it('dead-letters at once when its kind says that no retry helps', async () => {
      const topic = durable();
      let calls = 0;
      const handle = async () => {
        calls++;
        throw new AppError('unprocessable', 'damaged-picture', 'cut short');
      };
      const { handling, letters } = deadLettersOf(topic.name);
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle }, handling]);
      await bus.publisher.publish(topic.name, text('x'));
      await until('a dead letter', () => letters.length === 1);
      expect(calls).toBe(1);
      expect(letters[0].headers).toMatchObject({ ce_errorcode: 'damaged-picture', ce_attempts: '1' });
    });

    it('dead-letters a tombstone as a tombstone', async () => {
      const topic = durable();
      const handle = () => Promise.reject(new AppError('invalid', 'bad-message', 'no'));
      const { handling, letters } = deadLettersOf(topic.name);
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle }, handling]);
      await bus.publisher.publish(topic.name, { key: 'k', headers: {}, value: null });
      await until('a dead letter', () => letters.length === 1);
      expect(letters[0].value).toBeNull();
    });

    it('thrown in the handler, before any promise, is an error like others', async () => {
      const topic = durable();
      const handle = () => {
        throw new AppError('invalid', 'bad-message', 'thrown');
      };
      const { handling, letters } = deadLettersOf(topic.name);
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle }, handling]);
      await bus.publisher.publish(topic.name, text('x'));
      await until('a dead letter', () => letters.length === 1);
      expect(letters[0].headers.ce_reason).toBe('thrown');
    });

    it('lets the messages behind it pass: a poison message never blocks its partition', async () => {
      const topic = durable({ partitions: 1 });
      const recorder = new Recorder();
      const handle = async (message: BusMessage) => {
        if (message.value?.toString() === 'poison') throw new Error('poison');
        await recorder.handle(message);
      };
      const { handling, letters } = deadLettersOf(topic.name);
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle }, handling]);
      await bus.publisher.publish(topic.name, text('0', 'k'), text('poison', 'k'), text('1', 'k'), text('2', 'k'));
      await until('the others', () => recorder.messages.length === 3 && letters.length === 1);
      expect(recorder.texts).toEqual(numbers(3));
    });

    it('does not hold up messages beside it', async () => {
      const topic = durable({ partitions: 1 });
      const recorder = new Recorder();
      const gate = new Gate();
      const handle = async (message: BusMessage) => {
        if (message.offset === '0') await gate.opened;
        await recorder.handle(message);
      };
      const handling = { topic: topic.name, group: 'g', concurrency: 2, handle };
      const bus = await start(useHome(), [topic], [handling]);
      await bus.publisher.publish(topic.name, ...numbers(10).map((number) => text(number, 'k')));
      await until('all but the first', () => recorder.messages.length === 9);
      gate.open();
      await until('the first', () => recorder.messages.length === 10);
    });

    it("in an instance's own group leaves no dead letter", async () => {
      const topic = durable();
      const { handling, letters } = deadLettersOf(topic.name);
      const failing = () => Promise.reject(new AppError('invalid', 'bad-message', 'no'));
      const own = { topic: topic.name, group: 'own', perInstance: true, from: 'earliest' as const, handle: failing };
      const handlings = [own, { topic: topic.name, group: 'g', handle: failing }, handling];
      const bus = await start(useHome(), [topic], handlings);
      await bus.publisher.publish(topic.name, text('x'));
      await until('all is finished', async () => (await bus.monitor.lag()).every(({ messages }) => messages === 0));
      await until('a dead letter', () => letters.length > 0);
      expect(letters.map(({ headers }) => headers.ce_originalgroup)).toEqual(['g']);
    });

    it('on a dead letter itself ends there', async () => {
      const topic = durable();
      const { handling, letters } = deadLettersOf(topic.name);
      const failing = () => Promise.reject(new AppError('invalid', 'bad-message', 'no'));
      const again = { topic: TOPICS.deadLetters, group: 'failing', handle: failing };
      const handlings = [{ topic: topic.name, group: 'g', handle: failing }, again, handling];
      const bus = await start(useHome(), [topic], handlings);
      await bus.publisher.publish(topic.name, text('x'));
      await until('all is finished', async () => (await bus.monitor.lag()).every(({ messages }) => messages === 0));
      expect(letters).toHaveLength(1);
    });
  });
}
