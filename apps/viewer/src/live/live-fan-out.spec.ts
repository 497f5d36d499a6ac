import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TOPICS, decodeLiveJob } from '@kadr/contracts';
import type { JobState, JobV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { Log } from '@kadr/observability';
import { Publisher } from '@kadr/transport';
import type { OutgoingMessage } from '@kadr/transport';
import { LiveFanOut } from './live-fan-out.js';
import { LiveHub } from './live-hub.js';
import { ViewerInstance } from './viewer-instance.js';

class MemoryPublisher extends Publisher {
  readonly said: string[] = [];
  away = false;

  async publish(topic: string, message: OutgoingMessage): Promise<void> {
    expect(topic).toBe(TOPICS.live);
    if (this.away) throw new AppError('away', 'bus-unavailable', 'for the test');
    const { jobId, job } = decodeLiveJob(message);
    this.said.push(job ? `${jobId} ${job.state} ${job.progress.done}` : `${jobId} removed`);
  }
}

class NoLog extends Log {
  debug = (): void => undefined;
  info = (): void => undefined;
  warn = (): void => undefined;
  error = (): void => undefined;
}

function jobOf(id: string, state: JobState, done: number): JobV1 {
  return { id, state, progress: { total: 1000, done, failed: 0 } } as JobV1;
}

describe('LiveFanOut', () => {
  let hub: LiveHub;
  let publisher: MemoryPublisher;
  let live: LiveFanOut;

  beforeEach(() => {
    hub = new LiveHub();
    publisher = new MemoryPublisher();
    live = new LiveFanOut(hub, publisher, new ViewerInstance(), new NoLog());
  });

  afterEach(() => live.onApplicationShutdown());

  async function until(condition: () => boolean): Promise<void> {
    const end = Date.now() + 5000;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`not in time; said ${publisher.said.join(', ')}`);
      await new Promise(setImmediate);
    }
  }

  it('tells those who watch here of everything at once, and the other viewers now and then', async () => {
    const seen: number[] = [];
    hub.watch('a', { onJob: ({ progress }) => seen.push(progress.done), onRemoved: () => undefined });
    for (let done = 1; done <= 200; done++) live.notify(jobOf('a', 'running', done));
    expect(seen).toHaveLength(200);
    await until(() => publisher.said.includes('a running 200'));
    expect(publisher.said).toEqual(['a running 1', 'a running 200']);
  });

  it('tells the other viewers of a change of state without delay', async () => {
    const began = performance.now();
    live.notify(jobOf('a', 'running', 1));
    live.notify(jobOf('a', 'completed', 2));
    live.notify(jobOf('b', 'running', 1));
    await until(() => publisher.said.length === 3);
    live.removed('a');
    await until(() => publisher.said.includes('a removed'));
    expect(performance.now() - began).toBeLessThan(100);
    expect(publisher.said.filter((line) => line.startsWith('a'))).toEqual([
      'a running 1',
      'a completed 2',
      'a removed',
    ]);
  });

  it('tells the newest when a bus that was away is back', async () => {
    publisher.away = true;
    live.notify(jobOf('a', 'running', 1));
    live.notify(jobOf('a', 'completed', 2));
    await new Promise(setImmediate);
    publisher.away = false;
    await until(() => publisher.said.length > 0);
    expect(publisher.said).toEqual(['a completed 2']);
  });
});
