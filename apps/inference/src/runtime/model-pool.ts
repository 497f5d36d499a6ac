import { setTimeout as delay } from 'node:timers/promises';
import type { Lane } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import type { GlyphAtlas } from '@kadr/vision';
import { MicroBatcher } from '../batching/micro-batcher.js';
import type { ModelSpec } from '../catalogue/model-spec.js';
import type { PreparedModel } from '../weights/prepared-model.js';
import type { Provider } from './providers.js';
import { fromWorkerError, isWorkerError } from './worker-error.js';
import type { WorkerAnswer, WorkerError, WorkerFrame } from './worker-messages.js';
import type { ModelWorker } from './worker-thread.js';

interface Job {
  frame: WorkerFrame;
  resolve: (answer: WorkerAnswer) => void;
  reject: (error: unknown) => void;
}

interface Plan {
  spec: ModelSpec;
  files: PreparedModel;
  atlases: GlyphAtlas[];
}

const FIRST_RESTART_MS = 200;
const LONGEST_RESTART_MS = 10_000;

/** A worker is given its next frames while it runs a model, to decode them meanwhile, unless the run takes longer. */
const LONGEST_AHEAD_MS = 250;

/**
 * Worker threads that run models. Each has every loaded model, and gets the next frames when it is free or about to be:
 * what it has been given does not make way for live frames, nor goes to another that is free first. A thread that dies
 * is started again with back-off; its frames fail with a retryable error, so that the bus delivers them again.
 */
export class ModelPool {
  private readonly workers = new Set<ModelWorker>();
  /** Not yet ready to run anything. */
  private readonly starting = new Set<ModelWorker>();
  /** What each worker has been given and not answered yet. */
  private readonly given = new Map<ModelWorker, string[]>();
  /** Milliseconds that the last run of each model took. */
  private readonly pace = new Map<string, number>();
  private readonly plans = new Map<string, Plan>();
  private readonly batcher: MicroBatcher<Job>;
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private deaths = 0;

  constructor(
    private readonly create: () => ModelWorker,
    private readonly size: number,
  ) {
    this.batcher = new MicroBatcher(size);
  }

  /** Starts the workers. */
  start(): void {
    while (this.workers.size < this.size) this.addWorker(this.create());
  }

  /**
   * Loads a model in every worker.
   * @returns the execution provider in use
   * @throws AppError `model-failed`, or `no-worker` while all of them are being restarted
   */
  async load(spec: ModelSpec, files: PreparedModel, atlases: GlyphAtlas[]): Promise<Provider> {
    const plan = { spec, files, atlases };
    // Known before it is loaded, so that a worker that is just being started loads it too.
    this.plans.set(spec.id, plan);
    try {
      const [reply] = await Promise.all([...this.workers].map((worker) => worker.ask({ kind: 'load', ...plan })));
      if (!reply?.provider) throw noWorker();
      this.batcher.register(spec.id, spec.batch);
      return reply.provider;
    } catch (error) {
      this.plans.delete(spec.id);
      throw error;
    }
  }

  /**
   * Runs a frame when its turn comes. Its bytes are moved to the worker.
   * @throws AppError of the picture, the model, or `inference-failed` (retryable) when the worker dies
   */
  run(model: string, lane: Lane, frame: WorkerFrame): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      this.batcher.add(model, lane, { frame, resolve, reject }, performance.now());
      this.feed();
    });
  }

  /** Workers alive. Below the pool's size while one is being restarted. */
  get alive(): number {
    return this.workers.size;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await Promise.all([...this.workers, ...this.starting].map((worker) => worker.stop()));
  }

  private addWorker(worker: ModelWorker): void {
    this.workers.add(worker);
    this.given.set(worker, []);
    worker.onExit(() => {
      this.workers.delete(worker);
      this.given.delete(worker);
      if (!this.stopping) void this.replace();
    });
  }

  /** Starts a worker in place of a dead one, and goes on trying with longer waits: most likely memory is short. */
  private async replace(): Promise<void> {
    while (!this.stopping) {
      await delay(Math.min(LONGEST_RESTART_MS, FIRST_RESTART_MS * 2 ** this.deaths), undefined, { ref: false });
      this.deaths += 1;
      if (!this.stopping && (await this.startAnother())) return;
    }
  }

  /** False when the new worker could not load what its predecessor could. */
  private async startAnother(): Promise<boolean> {
    let worker: ModelWorker | undefined;
    try {
      worker = this.create();
      this.starting.add(worker);
      // A plan that comes while others are loaded is visited too.
      for (const plan of this.plans.values()) await worker.ask({ kind: 'load', ...plan });
    } catch {
      await worker?.stop();
      return false;
    } finally {
      if (worker) this.starting.delete(worker);
    }
    this.addWorker(worker);
    this.feed();
    return true;
  }

  /** Gives workers what is due, and comes back when something becomes due later. */
  private feed(): void {
    for (let worker = this.next(); worker; worker = this.next()) {
      const now = performance.now();
      const batch = this.batcher.take(now);
      if (!batch) return this.wakeAt(this.batcher.nextDue(now), now);
      void this.execute(worker, batch.model, batch.items);
    }
  }

  /** A worker that is free, or else one that soon will be. */
  private next(): ModelWorker | undefined {
    const all = [...this.given];
    const soon = ([model]: string[]): boolean => (this.pace.get(model) ?? Infinity) <= LONGEST_AHEAD_MS;
    const found =
      all.find(([, given]) => given.length === 0) ?? all.find(([, given]) => given.length === 1 && soon(given));
    return found?.[0];
  }

  private wakeAt(due: number | undefined, now: number): void {
    clearTimeout(this.timer);
    if (due !== undefined) this.timer = setTimeout(() => this.feed(), Math.max(0, due - now));
  }

  private async execute(worker: ModelWorker, model: string, jobs: Job[]): Promise<void> {
    this.given.get(worker)?.push(model);
    try {
      const frames = jobs.map(({ frame }) => frame);
      const transfer = frames.map(({ jpeg }) => jpeg.buffer);
      const { answers = [] } = await worker.ask({ kind: 'run', model, frames }, transfer);
      for (const [i, job] of jobs.entries()) settle(job, answers[i]);
      this.notePace(model, answers);
      this.deaths = 0;
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    } finally {
      this.given.get(worker)?.shift();
      this.feed();
    }
  }

  /** Of pictures that could not be decoded nothing was run, so they say nothing of the model. */
  private notePace(model: string, answers: readonly (WorkerAnswer | WorkerError)[]): void {
    const run = answers.filter((answer): answer is WorkerAnswer => !isWorkerError(answer));
    if (run.length > 0)
      this.pace.set(
        model,
        run.reduce((sum, { inferenceMs }) => sum + inferenceMs, 0),
      );
  }
}

function settle({ resolve, reject }: Job, answer: WorkerAnswer | WorkerError): void {
  if (isWorkerError(answer)) reject(fromWorkerError(answer));
  else resolve(answer);
}

function noWorker(): AppError {
  return new AppError('unavailable', 'no-worker', 'No worker thread is alive; they are being restarted. Try again.');
}
