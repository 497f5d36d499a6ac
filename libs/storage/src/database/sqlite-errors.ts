import { AppError } from '@kadr/errors';
import { isOtherVersion } from './migrate.js';

const AWAY = /^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN|READONLY|CORRUPT|NOTADB|NOMEM|PROTOCOL)/;

/** Why the database cannot be opened, naming the file and what to do. */
export function explainOpening(file: string, error: unknown): AppError {
  const { code = '', message } = error as Error & { code?: string };
  const text = `The database "${file}" cannot be opened (${message}): ${openingAdvice(code, error as Error)}`;
  return new AppError('unavailable', isFull(code) ? 'storage-full' : 'internal', text, { cause: error });
}

function openingAdvice(code: string, error: Error): string {
  if (isFull(code)) return 'the disk is full. Free some space and start again.';
  if (isDamaged(code)) {
    return 'the file is damaged. Restore it from a backup, or move it away to start anew; jobs and results are then lost.';
  }
  if (code.startsWith('SQLITE_BUSY')) return 'another process holds it. Stop that process and start again.';
  if (isOtherVersion(error)) {
    return 'another version of Kadr wrote it. Start that version, or choose another DATA_DIR.';
  }
  return 'check that DATA_DIR is a folder this user may write to, and that its disk works.';
}

/**
 * An error of SQLite at work: one of the file, its disk or its lock is `away`, another stays as it is. A path of the host
 * is for the log, so it stays in the cause.
 */
export function explainQuery(error: unknown): unknown {
  const { code = '' } = error as { code?: string };
  if (isFull(code)) {
    const text = 'The disk of the database is full. Free some space.';
    return new AppError('away', 'storage-full', text, { cause: error, retryAfter: 30 });
  }
  if (!AWAY.test(code)) return error;
  const advice = isDamaged(code) ? 'it is damaged: restore it from a backup' : 'see the log for the reason';
  const text = `The database cannot be used (${code}); ${advice}.`;
  return new AppError('away', 'database-unavailable', text, { cause: error, retryAfter: 5 });
}

function isFull(code: string): boolean {
  return code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT';
}

function isDamaged(code: string): boolean {
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}
