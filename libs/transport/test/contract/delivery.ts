import { describe, expect, it } from '@jest/globals';
import { durable, fresh, Gate, numbers, Recorder, start, text, until, volatile } from '../harness.js';
import type { UseHome } from '../harness.js';

/** Order, partitions, bytes, concurrency. */
export function describeDelivery(useHome: UseHome): void {
  describe.each([
    ['durable', durable],
    ['volatile', volatile],
  ])('a %s topic', (_, topicOf) => {
    it('hands messages of one key over in their order, whatever their partition', async () => {
      const topic = topicOf();
      const recorder = new Recorder();
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle: recorder.handle }]);
      for (const number of numbers(30))
        await bus.publisher.publish(topic.name, text(number, `key-${Number(number) % 5}`));
      await until('30 messages', () => recorder.messages.length === 30);
      for (let key = 0; key < 5; key++) {
        const mine = recorder.messages.filter((message) => message.key === `key-${key}`);
        expect(mine.map(({ value }) => Number(value?.toString()) % 5)).toEqual(Array(6).fill(key));
        expect(mine.map(({ value }) => Number(value?.toString()))).toEqual([0, 1, 2, 3, 4, 5].map((n) => n * 5 + key));
        expect(new Set(mine.map(({ partition }) => partition)).size).toBe(1);
      }
    });

    it('puts keys where the default partitioner of Kafka puts them', async () => {
      const topic = topicOf();
      const recorder = new Recorder();
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle: recorder.handle }]);
      await bus.publisher.publish(
        topic.name,
        text('a', '21'),
        text('b', 'foobar'),
        text('c', 'abc'),
        text('d', 'xyz-0'),
      );
      await until('4 messages', () => recorder.messages.length === 4);
      const partitions = Object.fromEntries(recorder.messages.map(({ key, partition }) => [key, partition]));
      const positive = (hash: number) => (hash & 0x7fffffff) % 3;
      expect(partitions).toMatchObject({
        '21': positive(-973932308),
        foobar: positive(-790332482),
        abc: positive(479470107),
      });
    });

    it('spreads messages without a key over every partition', async () => {
      const topic = topicOf();
      const recorder = new Recorder();
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle: recorder.handle }]);
      for (const number of numbers(60)) await bus.publisher.publish(topic.name, text(number));
      await until('60 messages', () => recorder.messages.length === 60);
      expect(new Set(recorder.messages.map(({ partition }) => partition)).size).toBe(3);
    });

    it('keeps bytes, headers, empty values and tombstones as they are', async () => {
      const topic = topicOf({ partitions: 1 });
      const recorder = new Recorder();
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle: recorder.handle }]);
      const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index & 255));
      const headers = { ce_id: '1', 'content-type': 'image/jpeg', ce_subject: 'čáp 🦩', ce_options: '{"a":1}' };
      await bus.publisher.publish(topic.name, { key: 'k', headers, value: bytes });
      await bus.publisher.publish(topic.name, { key: 'k', headers: {}, value: Buffer.alloc(0) });
      await bus.publisher.publish(topic.name, { key: 'k', headers: {}, value: null });
      await until('3 messages', () => recorder.messages.length === 3);
      const [whole, empty, tombstone] = recorder.messages;
      expect(whole).toMatchObject({ topic: topic.name, key: 'k', headers, attempt: 1, lastAttempt: false });
      expect(whole.value?.equals(bytes)).toBe(true);
      expect(Math.abs(Date.now() - whole.timestamp)).toBeLessThan(60_000);
      expect(empty.value).toHaveLength(0);
      expect(tombstone.value).toBeNull();
      expect(recorder.messages.map(({ offset }) => BigInt(offset) - BigInt(whole.offset))).toEqual([0n, 1n, 2n]);
    });

    it('runs handlers side by side up to the bound, inside one partition too', async () => {
      const topic = topicOf({ partitions: 1 });
      const gate = new Gate();
      let most = 0;
      let running = 0;
      let done = 0;
      const handle = async () => {
        most = Math.max(most, ++running);
        await gate.opened;
        running--;
        done++;
      };
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', concurrency: 4, handle }]);
      await bus.publisher.publish(topic.name, ...numbers(20).map((number) => text(number, 'k')));
      await until('4 handlers', () => running === 4);
      gate.open();
      await until('20 messages', () => done === 20);
      expect(most).toBe(4);
    });

    it('lets the options override the bound by group', async () => {
      const topic = topicOf();
      const gate = new Gate();
      let running = 0;
      const handle = async () => {
        running++;
        await gate.opened;
      };
      const group = fresh('group');
      const handling = { topic: topic.name, group, concurrency: 9, handle };
      const bus = await start(useHome(), [topic], [handling], { concurrency: { [group]: 2 } });
      await bus.publisher.publish(topic.name, ...numbers(10).map((number) => text(number)));
      await until('2 handlers', () => running === 2);
      const [lag] = await bus.monitor.lag();
      expect(lag).toMatchObject({ inFlight: 2, messages: 10 });
      gate.open();
      await until('all', () => running === 10);
    });
  });

  it('lets timers and sockets have their turn while it works through a backlog', async () => {
    const topic = volatile();
    let handled = 0;
    const handle = async () => {
      const end = performance.now() + 1;
      while (performance.now() < end);
      handled++;
    };
    const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle }]);
    await bus.publisher.publish(topic.name, ...numbers(200).map((number) => text(number)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toBeLessThan(100);
    await until('all', () => handled === 200);
  });

  it('refuses a topic that is not in the catalogue, naming it', async () => {
    const bus = await start(useHome(), [durable()]);
    const publish = bus.publisher.publish('no.such.topic', text('x'));
    await expect(publish).rejects.toMatchObject({
      name: 'AppError',
      message: expect.stringContaining('no.such.topic'),
    });
  });

  it('refuses to listen with a handler that no topic feeds, naming both', async () => {
    const handle = async () => undefined;
    const starting = start(useHome(), [durable()], [{ topic: 'no.such.topic', group: 'g', handle }]);
    await expect(starting).rejects.toMatchObject({ message: expect.stringMatching(/receive.*no\.such\.topic/) });
  });

  it('refuses a handler that could never run', async () => {
    const topic = durable();
    const handling = { topic: topic.name, group: 'g', concurrency: 0, handle: async () => undefined };
    await expect(start(useHome(), [topic], [handling])).rejects.toThrow('at least 1');
  });

  it('refuses two handlers of one topic in one group', async () => {
    const topic = durable();
    const handling = { topic: topic.name, group: 'g', handle: async () => undefined };
    await expect(start(useHome(), [topic], [handling, handling])).rejects.toThrow('shares topic and group');
  });
}
