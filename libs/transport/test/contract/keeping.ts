import { describe, expect, it } from '@jest/globals';
import { durable, fresh, Gate, MemoryClaims, numbers, Recorder, start, text, until, volatile } from '../harness.js';
import type { UseHome } from '../harness.js';

/** Bounds and retention, for a transport that keeps its log itself. */
export function describeKeeping(useHome: UseHome): void {
  describe('a full volatile topic', () => {
    const value = Buffer.alloc(1000);
    const full = { partitions: 1, maxBytes: 5000 };

    it('refuses what does not fit, all of it, until handlers have made room', async () => {
      const topic = volatile({ ...full, whenFull: 'reject' });
      const gate = new Gate();
      const handlings = [{ topic: topic.name, group: 'g', handle: () => gate.opened }];
      const bus = await start(useHome(), [topic], handlings);
      const message = { key: 'k', headers: {}, value };
      await bus.publisher.publish(topic.name, message, message, message);
      const refusal = bus.publisher.publish(topic.name, message, message);
      await expect(refusal).rejects.toMatchObject({ code: 'queue-full', kind: 'unavailable', retryAfter: 1 });
      expect((await bus.monitor.lag())[0].messages).toBe(3);
      gate.open();
      await until('room', async () => (await bus.monitor.lag())[0].messages === 0);
      await bus.publisher.publish(topic.name, message, message);
    });

    it('drops the oldest when it is to do so', async () => {
      const topic = volatile({ ...full, whenFull: 'drop-oldest' });
      const gate = new Gate();
      const recorder = new Recorder();
      const handle = async (message: Parameters<typeof recorder.handle>[0]) => {
        await gate.opened;
        await recorder.handle(message);
      };
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group: 'g', handle }]);
      for (const number of numbers(10)) {
        await bus.publisher.publish(topic.name, { key: 'k', headers: { number }, value });
      }
      gate.open();
      await until('the last', () => recorder.messages.at(-1)?.headers.number === '9');
      // The first was with its handler already.
      expect(recorder.messages.map(({ headers }) => headers.number)).toEqual(['0', '7', '8', '9']);
      expect((await bus.monitor.lag())[0]).toMatchObject({ messages: 0 });
    });

    it('bounds messages without a value too, and refuses what can never fit', async () => {
      const topic = volatile({ ...full, whenFull: 'reject' });
      const bus = await start(useHome(), [topic]);
      const publishAll = async () => {
        for (;;) await bus.publisher.publish(topic.name, { key: 'k', headers: {}, value: null });
      };
      await expect(publishAll()).rejects.toMatchObject({ code: 'queue-full' });
      const huge = { key: 'k', headers: {}, value: Buffer.alloc(6000) };
      await expect(bus.publisher.publish(topic.name, huge)).rejects.toMatchObject({ kind: 'too-large' });
    });

    it('never fills while its groups keep up', async () => {
      const topic = volatile({ ...full, whenFull: 'reject' });
      const [one, two] = [new Recorder(), new Recorder()];
      const handlings = [
        { topic: topic.name, group: 'one', concurrency: 4, handle: one.handle },
        { topic: topic.name, group: 'two', handle: two.handle },
      ];
      const bus = await start(useHome(), [topic], handlings);
      for (let count = 1; count <= 100; count++) {
        await bus.publisher.publish(topic.name, { key: 'k', headers: {}, value });
        await until('both', () => one.messages.length === count && two.messages.length === count);
      }
    });
  });

  it('drops what is older than the retention and finished, and its claims with it', async () => {
    const topic = durable({ partitions: 1, retentionMs: 1 });
    const claims = new MemoryClaims();
    const options = { claims, claimCheckBytes: 10, sweepMs: 5 };
    const gate = new Gate();
    const handlings = [{ topic: topic.name, group: 'g', handle: () => gate.opened }];
    const bus = await start(useHome(), [topic], handlings, options);
    await bus.publisher.publish(topic.name, text('a value above the limit', 'k'), text('2', 'k'));
    expect(claims.values.size).toBe(1);
    gate.open();
    await until('the claim is gone', () => claims.values.size === 0);
    await bus.close();
    const late = new Recorder();
    const next = await start(useHome(), [topic], [{ topic: topic.name, group: fresh('late'), handle: late.handle }]);
    await next.publisher.publish(topic.name, text('new', 'k'));
    await until('the new one', () => late.texts.includes('new'));
    expect(late.messages.map(({ offset }) => offset)).toEqual(['2']);
  });

  it('makes room in a volatile topic without a group by age', async () => {
    const topic = volatile({ retentionMs: 1, maxBytes: 1000, whenFull: 'reject' });
    const bus = await start(useHome(), [topic], [], { sweepMs: 5 });
    const accepted = () =>
      bus.publisher.publish(topic.name, text('x')).then(
        () => true,
        () => false,
      );
    for (let count = 0; count < 10; count++) await until('room', accepted);
  });
}
