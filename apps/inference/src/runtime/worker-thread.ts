import { Worker } from 'node:worker_threads';
import { AppError } from '@kadr/errors';
import type { ErrorKind } from '@kadr/errors';
import type { WorkerReply, WorkerRequest, WorkerSettings, WorkerTask } from './worker-messages.js';

interface Waiting {
  resolve: (reply: WorkerReply) => void;
  reject: (error: unknown) => void;
}

/** A worker that can be asked: the thread, or in tests something like it. */
export interface ModelWorker {
  ask(task: WorkerTask, transfer?: ArrayBuffer[]): Promise<WorkerReply>;
  /** Called once when the worker is gone, on purpose or not. */
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

/** A worker thread that runs models. When it dies, all that was asked of it fails with a retryable error. */
export class WorkerThread implements ModelWorker {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly exited: Promise<void>;
  private next = 0;

  constructor(settings: WorkerSettings) {
    this.worker = new Worker(new URL('./model.worker.js', import.meta.url), { workerData: settings });
    this.worker.on('message', (reply: WorkerReply) => this.settle(reply));
    let reason: unknown;
    this.worker.on('error', (error) => {
      reason = error;
    });
    this.exited = new Promise((resolve) => {
      this.worker.once('exit', () => {
        this.failAll(reason);
        resolve();
      });
    });
  }

  ask(task: WorkerTask, transfer: ArrayBuffer[] = []): Promise<WorkerReply> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      const request: WorkerRequest = { ...task, id };
      this.worker.postMessage(request, transfer);
    });
  }

  onExit(listener: () => void): void {
    void this.exited.then(listener);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(reply: WorkerReply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (!reply.error) return waiting?.resolve(reply);
    const { kind, code, message } = reply.error;
    waiting?.reject(new AppError(kind as ErrorKind, code === 'internal' ? 'inference-failed' : code, message));
  }

  private failAll(cause: unknown): void {
    const error = new AppError('unavailable', 'inference-failed', 'The worker thread that ran the model died.', {
      cause,
    });
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
