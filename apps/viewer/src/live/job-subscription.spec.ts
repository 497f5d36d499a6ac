import { describe, expect, it } from '@jest/globals';
import type { JobState, JobV1, LiveResult } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { JobSubscription } from './job-subscription.js';

/** A job with results in storage, and what a subscription to it has sent. */
class Scene {
  readonly log: string[] = [];
  stored = 0;
  away = false;
  job: JobV1 | undefined = jobOf('queued', 0);
  readonly subscription = new JobSubscription('0', {
    readJob: async () => this.job,
    readResults: async (cursor, limit) => {
      if (this.away) throw new AppError('away', 'database-unavailable', 'for the test');
      const stored = Array.from({ length: this.stored }, (_, sequence) => resultOf(sequence));
      return stored.slice(Number(cursor), Number(cursor) + limit);
    },
    sendResult: ({ sequence }) => this.log.push(`result ${sequence}`),
    sendJob: ({ state, progress }) => this.log.push(`${state} ${progress.done}`),
    sendGone: () => this.log.push('gone'),
    drained: () => Promise.resolve(),
  });
  readonly running = this.subscription.run();

  /** As the projection does it: stored first, told after. */
  advance(state: JobState, done: number): void {
    this.stored = done;
    this.subscription.onJob(jobOf(state, done));
  }

  async settle(): Promise<string[]> {
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    return this.log.splice(0);
  }

  async until(line: string): Promise<void> {
    const end = Date.now() + 5000;
    while (!this.log.includes(line)) {
      if (Date.now() > end) throw new Error(`not in time: ${line}`);
      await new Promise(setImmediate);
    }
  }

  async end(): Promise<void> {
    this.subscription.close();
    await this.running;
  }
}

function jobOf(state: JobState, done: number): JobV1 {
  const finishedAt = state === 'queued' || state === 'running' ? null : '2026-11-22T10:00:00.000Z';
  return { state, progress: { total: 1000, done, failed: 0 }, finishedAt } as JobV1;
}

function resultOf(sequence: number): LiveResult {
  return { sequence, cursor: String(sequence + 1) } as LiveResult;
}

describe('JobSubscription', () => {
  it('sends results as they come and the last state after the last of them', async () => {
    const scene = new Scene();
    expect(await scene.settle()).toEqual(['queued 0']);
    scene.advance('running', 1);
    expect(await scene.settle()).toEqual(['result 0', 'running 1']);
    scene.advance('completed', 3);
    expect(await scene.settle()).toEqual(['result 1', 'result 2', 'completed 3']);
    await scene.end();
  });

  it('tells of progress ten times a second at most, but of a state at once', async () => {
    const scene = new Scene();
    for (let done = 1; done <= 50; done++) {
      scene.advance('running', done);
      await scene.settle().then((lines) => scene.log.push(...lines));
    }
    expect(scene.log.filter((line) => line.startsWith('running')).length).toBeLessThan(20);
    scene.advance('completed', 51);
    expect(await scene.settle()).toContain('completed 51');
    await scene.end();
  });

  it('never goes back when those who tell of the job cross', async () => {
    const scene = new Scene();
    await scene.settle();
    scene.advance('cancelled', 2);
    scene.subscription.onJob(jobOf('running', 1));
    expect(await scene.settle()).toEqual(['result 0', 'result 1', 'cancelled 2']);
    scene.subscription.onJob(jobOf('running', 2));
    expect(await scene.settle()).toEqual([]);
    await scene.end();
  });

  it('waits for a client that acknowledges', async () => {
    const scene = new Scene();
    scene.advance('running', 1);
    await scene.settle();
    scene.subscription.acknowledge(0);
    scene.advance('completed', 200);
    const first = await scene.settle();
    expect(first.filter((line) => line.startsWith('result'))).toHaveLength(64);
    expect(first).not.toContain('completed 200');
    for (let sequence = 1; sequence < 200; sequence++) {
      scene.subscription.acknowledge(sequence);
      if (sequence % 32 === 0) await scene.settle().then((lines) => first.push(...lines));
    }
    first.push(...(await scene.settle()));
    expect(first.filter((line) => line.startsWith('result'))).toHaveLength(199);
    expect(first.at(-1)).toBe('completed 200');
    await scene.end();
  });

  it('says when the job is gone, after what there was to say, and ends', async () => {
    const scene = new Scene();
    await scene.settle();
    scene.advance('cancelled', 0);
    scene.subscription.onRemoved();
    await scene.running;
    expect(scene.log).toEqual(['cancelled 0', 'gone']);
  });

  it('waits for storage that is away, and then goes on where it was', async () => {
    const scene = new Scene();
    await scene.settle();
    scene.away = true;
    scene.advance('completed', 2);
    expect(await scene.settle()).toEqual([]);
    scene.away = false;
    await scene.until('completed 2');
    expect(scene.log).toEqual(['result 0', 'result 1', 'completed 2']);
    await scene.end();
  });

  it('is silent once closed', async () => {
    const scene = new Scene();
    await scene.settle();
    await scene.end();
    scene.advance('completed', 2);
    expect(await scene.settle()).toEqual([]);
  });
});
