import { afterEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@kadr/errors';
import type { ModelSpec } from '../catalogue/model-spec.js';
import { ModelPool } from './model-pool.js';
import type { WorkerAnswer, WorkerFrame, WorkerReply, WorkerTask } from './worker-messages.js';
import type { ModelWorker } from './worker-thread.js';

const SPEC = { id: 'm', batch: { max: 4, delayMs: 0 } } as ModelSpec;
const FILES = { detector: { network: '', anchors: '' }, files: {} };
const ANSWER: WorkerAnswer = { objects: [], decodeMs: 0, inferenceMs: 1, postprocessMs: 1, drawMs: 0 };

function frame(): WorkerFrame {
  const size = { width: 1, height: 1 };
  return { jpeg: new Uint8Array(3), picture: size, threshold: 0.4, masks: 'none', draw: false };
}

/** A worker that answers at once, until it is told to hold or to die. */
class FakeWorker implements ModelWorker {
  readonly tasks: WorkerTask[] = [];
  holds = false;
  loadError: Error | undefined;
  private readonly listeners: (() => void)[] = [];
  private readonly held: ((error: unknown) => void)[] = [];

  async ask(task: WorkerTask): Promise<WorkerReply> {
    this.tasks.push(task);
    if (task.kind === 'load') {
      if (this.loadError) throw this.loadError;
      return { id: 0, provider: 'cpu' };
    }
    if (this.holds) await new Promise((_, reject) => this.held.push(reject));
    return { id: 0, answers: task.frames.map(() => ANSWER) };
  }

  onExit(listener: () => void): void {
    this.listeners.push(listener);
  }

  die(): void {
    for (const listener of this.listeners) listener();
    for (const reject of this.held) reject(new AppError('unavailable', 'inference-failed', 'died'));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

describe('ModelPool', () => {
  const workers: FakeWorker[] = [];
  let pool: ModelPool;

  function start(size: number): void {
    workers.length = 0;
    const create = (): FakeWorker => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    };
    pool = new ModelPool(create, size);
    pool.start();
  }

  afterEach(() => pool.stop());

  it('loads a model in every worker and says which provider took it', async () => {
    start(2);
    await expect(pool.load(SPEC, FILES, [])).resolves.toBe('cpu');
    expect(workers.map(({ tasks }) => tasks.map(({ kind }) => kind))).toEqual([['load'], ['load']]);
  });

  it('answers every frame, those that wait for a free worker together', async () => {
    start(1);
    await pool.load(SPEC, FILES, []);
    const answers = await Promise.all(Array.from({ length: 9 }, () => pool.run('m', 'batch', frame())));
    expect(answers).toEqual(Array.from({ length: 9 }, () => ANSWER));
    const sizes = workers[0].tasks.flatMap((task) => (task.kind === 'run' ? [task.frames.length] : []));
    expect(sizes).toEqual([1, 4, 4]);
  });

  it('fails the frames of a worker that dies so that they come again, and goes on with a new one', async () => {
    start(1);
    await pool.load(SPEC, FILES, []);
    workers[0].holds = true;
    const lost = pool.run('m', 'live', frame());
    workers[0].die();
    await expect(lost).rejects.toMatchObject({ code: 'inference-failed', retryable: true });
    expect(pool.alive).toBe(0);
    await expect(pool.run('m', 'live', frame())).resolves.toEqual(ANSWER);
    expect(workers[1].tasks.map(({ kind }) => kind)).toEqual(['load', 'run']);
  });

  it('says why a model cannot be loaded, and does not load it in later workers', async () => {
    start(1);
    workers[0].loadError = new AppError('internal', 'model-failed', 'no such operator');
    await expect(pool.load(SPEC, FILES, [])).rejects.toMatchObject({ code: 'model-failed' });
    await expect(pool.run('m', 'live', frame())).rejects.toThrow('not registered');
  });
});
