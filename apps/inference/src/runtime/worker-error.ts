import { AppError, toAppError } from '@kadr/errors';
import type { WorkerError } from './worker-messages.js';

/** An error, to send it to another thread. */
export function toWorkerError(thrown: unknown): WorkerError {
  const { kind, code, message } = toAppError(thrown);
  return { kind, code, message };
}

/** An error of another thread. One that nobody foresaw happened while a model ran. */
export function fromWorkerError({ kind, code, message }: WorkerError): AppError {
  return new AppError(kind, code === 'internal' ? 'inference-failed' : code, message);
}

/** Tells a frame's error from what else became of it. */
export function isWorkerError(value: object): value is WorkerError {
  return 'code' in value;
}
