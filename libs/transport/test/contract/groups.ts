import { describe, expect, it } from '@jest/globals';
import { durable, fresh, Gate, numbers, Recorder, start, text, until, volatile } from '../harness.js';
import type { UseHome } from '../harness.js';

/** Groups, where they start, patterns, lag. */
export function describeGroups(useHome: UseHome): void {
  describe.each([
    ['durable', durable],
    ['volatile', volatile],
  ])('groups of a %s topic', (_, topicOf) => {
    it('each get every message', async () => {
      const topic = topicOf();
      const [one, two] = [new Recorder(), new Recorder()];
      const bus = await start(
        useHome(),
        [topic],
        [
          { topic: topic.name, group: 'one', handle: one.handle },
          { topic: topic.name, group: 'two', handle: two.handle },
        ],
      );
      for (const number of numbers(10)) await bus.publisher.publish(topic.name, text(number, 'k'));
      await until('both', () => one.messages.length === 10 && two.messages.length === 10);
      expect(two.texts).toEqual(one.texts);
    });

    it('of one process get what is published while it listens', async () => {
      const topic = topicOf();
      const recorder = new Recorder();
      const handling = { topic: topic.name, group: 'own', perInstance: true, handle: recorder.handle };
      const bus = await start(useHome(), [topic], [handling]);
      await bus.publisher.publish(topic.name, text('now'));
      await until('one', () => recorder.messages.length === 1);
    });

    it('say how far they are behind', async () => {
      const topic = topicOf();
      const gate = new Gate();
      const group = fresh('slow');
      const handling = { topic: topic.name, group, concurrency: 2, handle: () => gate.opened };
      const bus = await start(useHome(), [topic], [handling]);
      await bus.publisher.publish(topic.name, ...numbers(7).map((number) => text(number)));
      const lagOf = async () =>
        (await bus.monitor.lag()).find((lag) => lag.group === group && lag.topic === topic.name);
      await until('two run and time passes', async () => {
        const lag = await lagOf();
        return lag?.inFlight === 2 && lag.seconds > 0.01;
      });
      expect(await lagOf()).toMatchObject({ messages: 7, inFlight: 2 });
      gate.open();
      await until('none', async () => (await lagOf())?.messages === 0);
      expect(await lagOf()).toMatchObject({ topic: topic.name, group, messages: 0, seconds: 0, inFlight: 0 });
    });

    it('count retries and dead letters', async () => {
      const topic = topicOf();
      const group = fresh('failing');
      const handle = () => Promise.reject(new Error('no'));
      const bus = await start(useHome(), [topic], [{ topic: topic.name, group, handle }], { maxAttempts: 3 });
      await bus.publisher.publish(topic.name, text('one'), text('two'));
      const lagOf = async () => (await bus.monitor.lag()).find((lag) => lag.group === group);
      await until('both are given up', async () => (await lagOf())?.deadLetters === 2);
      expect(await lagOf()).toMatchObject({ retries: 4, deadLetters: 2 });
    });

    it('by pattern take up every topic that matches, and those that appear later', async () => {
      const family = fresh('family');
      const spec = topicOf({ name: `${family}.*.live` });
      const recorder = new Recorder();
      const bus = await start(useHome(), [spec], [{ topic: spec.name, group: 'g', handle: recorder.handle }]);
      await bus.publisher.publish(`${family}.one.live`, text('1'));
      await bus.publisher.publish(`${family}.two.live`, text('2'));
      await until('both', () => recorder.messages.length === 2);
      expect(recorder.messages.map(({ topic }) => topic).toSorted()).toEqual([
        `${family}.one.live`,
        `${family}.two.live`,
      ]);
      await expect(bus.publisher.publish(`${family}.a.b.live`, text('x'))).rejects.toThrow('There is no topic');
    });
  });

  describe('a group without an offset', () => {
    it('starts at the earliest message unless told otherwise', async () => {
      const topic = durable();
      const home = useHome();
      const before = await start(home, [topic]);
      await before.publisher.publish(topic.name, ...numbers(3).map((number) => text(number, 'k')));
      await before.close();
      const recorder = new Recorder();
      await start(home, [topic], [{ topic: topic.name, group: fresh('g'), handle: recorder.handle }]);
      await until('three', () => recorder.messages.length === 3);
    });

    it('starts at the end when told so, and goes on from there in the next process', async () => {
      const topic = durable();
      const home = useHome();
      const first = await start(home, [topic]);
      await first.publisher.publish(topic.name, text('old', 'k'));
      await first.close();
      const group = fresh('g');
      const handling = { topic: topic.name, group, from: 'latest' as const };
      const second = await start(home, [topic], [{ ...handling, handle: async () => undefined }]);
      await second.close();
      const third = await start(home, [topic]);
      await third.publisher.publish(topic.name, text('missed', 'k'));
      await third.close();
      const recorder = new Recorder();
      await start(home, [topic], [{ ...handling, handle: recorder.handle }]);
      await until('one', () => recorder.messages.length === 1);
      expect(recorder.texts).toEqual(['missed']);
    });

    it('of one process starts at the end, or at the earliest message in every process', async () => {
      const topic = durable();
      const home = useHome();
      const first = await start(home, [topic]);
      await first.publisher.publish(topic.name, text('old', 'k'));
      await first.close();
      for (let run = 0; run < 2; run++) {
        const [end, whole] = [new Recorder(), new Recorder()];
        const handlings = [
          { topic: topic.name, group: 'end', perInstance: true, handle: end.handle },
          { topic: topic.name, group: 'all', perInstance: true, from: 'earliest' as const, handle: whole.handle },
        ];
        const bus = await start(home, [topic], handlings);
        await bus.publisher.publish(topic.name, text(`new ${run}`, 'k'));
        await until('the new one', () => end.messages.length > 0 && whole.messages.length === 2 + run);
        expect(end.texts).toEqual([`new ${run}`]);
        expect(whole.texts[0]).toBe('old');
        await bus.close();
      }
    });
  });
}
