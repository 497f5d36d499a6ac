import { describe, expect, it } from '@jest/globals';
import type { BusMessage } from '@kadr/transport';
import { durable, Gate, numbers, Recorder, start, text, until } from '../harness.js';
import type { UseHome } from '../harness.js';

/** What a process leaves to the next one: killed, or closed in order. */
export function describeRecovery(useHome: UseHome): void {
  describe('after a process was killed', () => {
    it('every message that it had not finished comes again, and none before the lowest of them', async () => {
      const topic = durable({ partitions: 1 });
      const gate = new Gate();
      const finished: string[] = [];
      const handle = async ({ value }: BusMessage) => {
        if (value?.toString() === '5') await gate.opened;
        finished.push(value?.toString() ?? '');
      };
      const handling = { topic: topic.name, group: 'g', concurrency: 3 };
      const bus = await start(useHome(), [topic], [{ ...handling, handle }]);
      await bus.publisher.publish(topic.name, ...numbers(20).map((number) => text(number, 'k')));
      await until('all but one', () => finished.length === 19);
      const recorder = new Recorder();
      // Offsets are written a moment after the handlers; the image is taken when the 5 first are.
      await until('what came again begins with the unfinished one', async () => {
        const home = await useHome().killed();
        recorder.messages.length = 0;
        const next = await start(home, [topic], [{ ...handling, concurrency: 1, handle: recorder.handle }]);
        await until('the last', () => recorder.texts.includes('19'));
        await next.close();
        await home.dispose();
        expect(recorder.texts).toEqual(expect.arrayContaining(['5', '19']));
        return recorder.texts[0] === '5';
      });
      expect(recorder.texts).toEqual(numbers(20).slice(5));
      expect(recorder.messages.every(({ attempt }) => attempt === 1)).toBe(true);
      gate.open();
    });

    it('nothing that was published is lost', async () => {
      const topic = durable();
      const bus = await start(useHome(), [topic]);
      await Promise.all(numbers(50).map((number) => bus.publisher.publish(topic.name, text(number))));
      const home = await useHome().killed();
      const recorder = new Recorder();
      const next = await start(home, [topic], [{ topic: topic.name, group: 'g', handle: recorder.handle }]);
      await until('all', () => recorder.messages.length === 50);
      expect(new Set(recorder.texts)).toEqual(new Set(numbers(50)));
      await next.close();
      await home.dispose();
    });
  });

  describe('closing', () => {
    it('waits for running handlers, which may still publish, and commits what they finished', async () => {
      const [topic, outcomes] = [durable({ partitions: 1 }), durable()];
      const gate = new Gate();
      let begun = 0;
      const handle = async ({ value }: BusMessage) => {
        begun++;
        await gate.opened;
        await bus.publisher.publish(outcomes.name, text(`outcome of ${value?.toString()}`));
      };
      const handling = { topic: topic.name, group: 'g', concurrency: 2 };
      const bus = await start(useHome(), [topic, outcomes], [{ ...handling, handle }]);
      await bus.publisher.publish(topic.name, ...numbers(4).map((number) => text(number, 'k')));
      await until('two run', () => begun === 2);
      const closing = bus.close();
      gate.open();
      await closing;
      expect(begun).toBe(2);

      const [rest, results] = [new Recorder(), new Recorder()];
      const next = [
        { ...handling, handle: rest.handle },
        { topic: outcomes.name, group: 'g', handle: results.handle },
      ];
      await start(useHome(), [topic, outcomes], next);
      await until('the rest', () => rest.messages.length === 2 && results.messages.length === 2);
      expect(rest.texts).toEqual(['2', '3']);
    });

    it('does not wait for pauses between retries: such a message comes again', async () => {
      const topic = durable();
      let calls = 0;
      const handle = async () => {
        calls++;
        throw new Error('again');
      };
      const handling = { topic: topic.name, group: 'g' };
      const backoff = { initialMs: 60_000, factor: 1, maxMs: 60_000 };
      const bus = await start(useHome(), [topic], [{ ...handling, handle }], { backoff });
      await bus.publisher.publish(topic.name, text('x'));
      await until('a call', () => calls === 1);
      await bus.close();
      const recorder = new Recorder();
      await start(useHome(), [topic], [{ ...handling, handle: recorder.handle }]);
      await until('it came again', () => recorder.messages.length === 1);
    });

    it('does not wait longer than its limit', async () => {
      const topic = durable();
      let calls = 0;
      const handle = () => {
        calls++;
        return new Promise<void>(() => undefined);
      };
      const handling = { topic: topic.name, group: 'g' };
      const bus = await start(useHome(), [topic], [{ ...handling, handle }], { drainMs: 20 });
      await bus.publisher.publish(topic.name, text('x'));
      await until('a call', () => calls === 1);
      await bus.close();
      await expect(bus.publisher.publish(topic.name, text('y'))).rejects.toMatchObject({ code: 'bus-unavailable' });
      const recorder = new Recorder();
      await start(useHome(), [topic], [{ ...handling, handle: recorder.handle }]);
      await until('it came again', () => recorder.messages.length === 1);
    });
  });
}
