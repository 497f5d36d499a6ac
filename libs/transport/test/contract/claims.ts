import { describe, expect, it } from '@jest/globals';
import { AppError } from '@kadr/errors';
import { deadLettersOf, durable, MemoryClaims, Recorder, start, text, until } from '../harness.js';
import type { UseHome } from '../harness.js';

const LARGE = Buffer.alloc(100_000, 'kadr');

/** Large values beside the log. */
export function describeClaims(useHome: UseHome): void {
  describe('claim check', () => {
    it('stores a value above the limit first, and hands it over whole', async () => {
      const topic = durable();
      const claims = new MemoryClaims();
      const recorder = new Recorder();
      const handlings = [{ topic: topic.name, group: 'g', handle: recorder.handle }];
      const bus = await start(useHome(), [topic], handlings, { claims, claimCheckBytes: 1000 });
      await bus.publisher.publish(topic.name, { key: 'k', headers: { ce_id: '1' }, value: LARGE });
      await bus.publisher.publish(topic.name, { key: 'k', headers: {}, value: LARGE.subarray(0, 1000) });
      await until('two', () => recorder.messages.length === 2);
      expect(claims.values.size).toBe(1);
      const [large, small] = recorder.messages;
      expect(large.value?.equals(LARGE)).toBe(true);
      expect(large.headers).toMatchObject({ ce_id: '1', ce_dataref: expect.stringMatching(/^blob:/) });
      expect(small.value?.length).toBe(1000);
      expect(small.headers).not.toHaveProperty('ce_dataref');
    });

    it('refers to the blob that holds the value already', async () => {
      const topic = durable();
      const claims = new MemoryClaims();
      await claims.put('jobs/1/pictures/0.jpg', LARGE);
      const recorder = new Recorder();
      const handlings = [{ topic: topic.name, group: 'g', handle: recorder.handle }];
      const bus = await start(useHome(), [topic], handlings, { claims, claimCheckBytes: 1000 });
      await bus.publisher.publish(topic.name, { key: 'k', headers: {}, value: LARGE, blob: 'jobs/1/pictures/0.jpg' });
      await until('one', () => recorder.messages.length === 1);
      expect([...claims.values.keys()]).toEqual(['jobs/1/pictures/0.jpg']);
      expect(recorder.messages[0].headers.ce_dataref).toBe('blob:jobs/1/pictures/0.jpg');
      expect(recorder.messages[0].value?.equals(LARGE)).toBe(true);
    });

    it('follows a reference that another program made', async () => {
      const topic = durable();
      const claims = new MemoryClaims();
      await claims.put('theirs', LARGE);
      const recorder = new Recorder();
      const handlings = [{ topic: topic.name, group: 'g', handle: recorder.handle }];
      const bus = await start(useHome(), [topic], handlings, { claims });
      const headers = { ce_dataref: 'blob:theirs' };
      await bus.publisher.publish(topic.name, { key: 'k', headers, value: Buffer.alloc(0) });
      await until('one', () => recorder.messages.length === 1);
      expect(recorder.messages[0].value?.equals(LARGE)).toBe(true);
    });

    it('keeps the order of a topic, however long a value takes to store', async () => {
      const topic = durable({ partitions: 1 });
      const claims = new MemoryClaims();
      const store = claims.put.bind(claims);
      claims.put = async (key, value) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await store(key, value);
      };
      const recorder = new Recorder();
      const handlings = [{ topic: topic.name, group: 'g', handle: recorder.handle }];
      const bus = await start(useHome(), [topic], handlings, { claims, claimCheckBytes: 1000 });
      const large = bus.publisher.publish(topic.name, { key: 'k', headers: { n: '0' }, value: LARGE });
      const small = bus.publisher.publish(topic.name, { ...text('small', 'k'), headers: { n: '1' } });
      await Promise.all([large, small]);
      await until('two', () => recorder.messages.length === 2);
      expect(recorder.messages.map(({ headers }) => headers.n)).toEqual(['0', '1']);
    });

    it('publishes nothing when the value cannot be stored, and goes on after it', async () => {
      const topic = durable();
      const claims = new MemoryClaims();
      claims.put = () => Promise.reject(new AppError('unavailable', 'storage-full', 'the disk is full'));
      const recorder = new Recorder();
      const handlings = [{ topic: topic.name, group: 'g', handle: recorder.handle }];
      const bus = await start(useHome(), [topic], handlings, { claims, claimCheckBytes: 1000 });
      const publish = bus.publisher.publish(topic.name, { key: 'k', headers: {}, value: LARGE });
      await expect(publish).rejects.toMatchObject({ code: 'storage-full' });
      await bus.publisher.publish(topic.name, text('small'));
      await until('one', () => recorder.messages.length === 1);
      expect(recorder.texts).toEqual(['small']);
    });

    it('dead-letters a message whose value is gone, at once', async () => {
      const topic = durable();
      const recorder = new Recorder();
      const { handling, letters } = deadLettersOf(topic.name);
      const handlings = [{ topic: topic.name, group: 'g', handle: recorder.handle }, handling];
      const bus = await start(useHome(), [topic], handlings);
      const headers = { ce_dataref: 'blob:gone' };
      await bus.publisher.publish(topic.name, { key: 'k', headers, value: Buffer.alloc(0) });
      await until('a dead letter', () => letters.length === 1);
      expect(recorder.messages).toEqual([]);
      expect(letters[0].headers).toMatchObject({ ...headers, ce_errorcode: 'blob-missing', ce_attempts: '1' });
      expect(letters[0].value).toHaveLength(0);
    });

    it('gives a dead letter its value', async () => {
      const topic = durable();
      const claims = new MemoryClaims();
      const failing = () => Promise.reject(new AppError('invalid', 'bad-message', 'no'));
      const { handling, letters } = deadLettersOf(topic.name);
      const handlings = [{ topic: topic.name, group: 'g', handle: failing }, handling];
      const bus = await start(useHome(), [topic], handlings, { claims, claimCheckBytes: 1000 });
      await bus.publisher.publish(topic.name, { key: 'k', headers: {}, value: LARGE });
      await until('a dead letter', () => letters.length === 1);
      expect(letters[0].value?.equals(LARGE)).toBe(true);
      // Its own copy: the first one ends with its topic's retention.
      expect(claims.values.size).toBe(2);
    });
  });
}
