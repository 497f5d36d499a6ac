import { AppError } from '@kadr/errors';

/** True when a file is not there, or is no file. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '');
}

/** An error of the file system in terms of the blob; the host's path stays in the cause. */
export function explainBlobError(key: string, error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = 'The disk of DATA_DIR is full, nothing can be stored. Free some space.';
    return new AppError('away', 'storage-full', message, { cause: error, retryAfter: 30 });
  }
  const message = `The blob "${key}" cannot be stored or read (${code ?? String(error)}). Check the folder DATA_DIR.`;
  return new AppError('internal', 'internal', message, { cause: error });
}

/** Why the folder of blobs cannot be used, for whoever starts Kadr. */
export function explainOpening(folder: string, error: unknown): AppError {
  const message = `The folder "${folder}" cannot be used (${(error as Error).message}): check that DATA_DIR is a folder this user may write to, and that its disk works.`;
  return new AppError('unavailable', 'internal', message, { cause: error });
}

/** The error of a blob that is not there. */
export function blobMissing(key: string, cause: unknown): AppError {
  return new AppError('not-found', 'blob-missing', `There is no blob "${key}"; it may have been removed.`, { cause });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
