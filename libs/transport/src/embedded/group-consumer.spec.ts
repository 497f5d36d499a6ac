import { Logger } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Recorder, until } from '../../test/harness.js';
import { DEFAULT_BACKOFF } from '../policy/backoff.js';
import { Delivery } from '../policy/delivery.js';
import { GroupConsumer } from './group-consumer.js';
import { MemoryLog } from './memory-log.js';
import { Turn } from '../consuming/turn.js';

Logger.overrideLogger(false);

const SPEC = { name: 't', partitions: 1, durable: false, retentionMs: 1000 };

class FailingLog extends MemoryLog {
  failures = 1;

  override read(...place: Parameters<MemoryLog['read']>): ReturnType<MemoryLog['read']> {
    if (this.failures-- > 0) throw new Error('disk I/O error');
    return super.read(...place);
  }
}

describe('GroupConsumer', () => {
  it('tries again when its log cannot be read', async () => {
    const log = new FailingLog('t', SPEC);
    const recorder = new Recorder();
    const delivery = new Delivery({
      maxAttempts: 1,
      backoff: DEFAULT_BACKOFF,
      deadLetterTopic: 'dead',
      resolve: async (message) => message,
      publish: async () => undefined,
    });
    const joining = { group: 'g', from: 'earliest' as const, perInstance: false };
    const consumer = new GroupConsumer(log, { ...joining, handler: recorder.handle, limit: 1 }, delivery, new Turn());
    await log.append([{ key: 'k', headers: {}, value: Buffer.from('x') }]);
    await until('it was read', () => recorder.messages.length === 1);
    expect(recorder.texts).toEqual(['x']);
    await consumer.stop();
  });
});
