import { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import { AppError } from '@kadr/errors';
import { fromWorkerError } from './worker-error.js';
import type { WorkerReply, WorkerRequest, WorkerSettings, WorkerTask } from './worker-messages.js';

interface Waiting {
  resolve: (reply: WorkerReply) => void;
  reject: (error: unknown) => void;
}

const STOP_LIMIT_MS = 8000;

/** A worker that can be asked: the thread, or in tests something like it. */
export interface ModelWorker {
  /** @throws AppError `inference-failed` (retryable) when the worker dies before it has answered, or is dead already */
  ask(task: WorkerTask, transfer?: ArrayBuffer[]): Promise<WorkerReply>;
  /** Called once when the worker is gone, on purpose or not, and before what was asked of it fails. */
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

/** The part of a `Worker` that is needed here. */
export interface Thread {
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): unknown;
  postMessage(value: WorkerRequest, transfer: ArrayBuffer[]): void;
  terminate(): Promise<number>;
}

/** Starts worker threads that run models. Injectable, so that a test can run them without the built worker. */
@Injectable()
export class ThreadStarter {
  start(settings: WorkerSettings): ModelWorker {
    return new WorkerThread(new Worker(new URL('./model.worker.js', import.meta.url), { workerData: settings }));
  }
}

/** A worker thread that runs models. When it dies, all that was asked of it fails with a retryable error. */
export class WorkerThread implements ModelWorker {
  private readonly waiting = new Map<number, Waiting>();
  private readonly exitListeners: (() => void)[] = [];
  private next = 0;
  private dead = false;
  private reason: unknown;

  constructor(private readonly thread: Thread) {
    thread.on('message', (reply) => this.settle(reply as WorkerReply));
    thread.on('error', (error) => {
      this.reason = error;
    });
    thread.on('exit', () => this.end());
  }

  ask(task: WorkerTask, transfer: ArrayBuffer[] = []): Promise<WorkerReply> {
    // A dead thread takes messages without a word and never answers.
    if (this.dead) return Promise.reject(this.death());
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.thread.postMessage({ ...task, id }, transfer);
      this.waiting.set(id, { resolve, reject });
    });
  }

  onExit(listener: () => void): void {
    if (this.dead) listener();
    else this.exitListeners.push(listener);
  }

  /**
   * Lets the thread end by itself, because a thread that is terminated while ONNX Runtime is being loaded or runs takes
   * the whole process with it. One that does not heed the word in time is terminated.
   */
  async stop(): Promise<void> {
    if (this.dead) return;
    const exit = new Promise<void>((resolve) => this.exitListeners.push(resolve));
    this.thread.postMessage({ kind: 'stop' }, []);
    const limit = setTimeout(() => void this.thread.terminate(), STOP_LIMIT_MS);
    await exit;
    clearTimeout(limit);
  }

  private settle(reply: WorkerReply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (!reply.error) return waiting?.resolve(reply);
    waiting?.reject(fromWorkerError(reply.error));
  }

  /** Listeners first: who hears that a request failed must not choose this worker for the next one. */
  private end(): void {
    this.dead = true;
    for (const listener of this.exitListeners) listener();
    for (const { reject } of this.waiting.values()) reject(this.death());
    this.waiting.clear();
  }

  private death(): AppError {
    return new AppError('unavailable', 'inference-failed', 'The worker thread that ran the model died.', {
      cause: this.reason,
    });
  }
}
