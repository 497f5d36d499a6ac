import { DatabaseError } from 'pg';
import { AppError } from '@kadr/errors';
import { isOtherVersion } from './migrate.js';

/** Seconds until a retry makes sense: a server that restarts is back by then. */
const RETRY_AFTER = 5;
/** The server starts, or recovers after a crash. */
const STARTING = '57P03';
/** What a transaction that is in another's way is ended with; run again, it does what it was to do. */
const CONFLICTS = new Set(['40001', '40P01']);
/** Resources that are used up, connections among them; a server that became a standby, which takes no writes. */
const AWAY = new Set(['53000', '53200', '53300', '53400', '25006', ...CONFLICTS]);
/** Classes of errors that say the connection or the server is gone. */
const AWAY_CLASSES = ['08', '57P'];
const DISK_FULL = '53100';
/** What pg says without a code when a connection breaks or cannot be had in time. */
const BROKEN = /connection|not queryable|timeout/i;

/** True while a server starts that will take connections in a moment. */
export function isStarting(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === STARTING;
}

/** True for an explained error of a transaction that may do better when it is run again at once. */
export function isConflict(error: unknown): boolean {
  return error instanceof AppError && error.cause instanceof DatabaseError && CONFLICTS.has(error.cause.code ?? '');
}

/** Why PostgreSQL cannot be used, for whoever starts Kadr: names the server, never the password. */
export function explainOpening(url: URL, error: unknown): AppError {
  const { message } = error as Error;
  const text = `PostgreSQL at ${place(url)} cannot be used (${message}): ${openingAdvice(error as Error)}`;
  return new AppError('unavailable', 'internal', text, { cause: error });
}

/** No connection can be had, for whatever reason: nobody can do anything until that changes. */
export function explainConnecting(url: URL, error: unknown): AppError {
  return away(url, error, openingAdvice(error as Error));
}

/** An error of a query: one of the connection or the server is `away`, another stays as it is. */
export function explainQuery(url: URL, error: unknown): unknown {
  const { code, message } = error as Error & { code?: string };
  if (!(error instanceof DatabaseError)) {
    const broken = code === undefined ? BROKEN.test(message) : /^E[A-Z]+$/.test(code);
    return broken ? away(url, error, 'check that it runs.') : error;
  }
  if (code === DISK_FULL) {
    const text = `The disk of PostgreSQL at ${place(url)} is full. Free some space.`;
    return new AppError('away', 'storage-full', text, { cause: error, retryAfter: 30 });
  }
  const isAway = AWAY.has(code ?? '') || AWAY_CLASSES.some((start) => code?.startsWith(start));
  return isAway ? away(url, error, "see the server's log if it lasts.") : error;
}

function away(url: URL, error: unknown, advice: string): AppError {
  const text = `PostgreSQL at ${place(url)} is away (${reason(error as Error)}): ${advice}`;
  return new AppError('away', 'database-unavailable', text, { cause: error, retryAfter: RETRY_AFTER });
}

/** A host with several addresses gives an error without message, which holds one for each. */
function reason(error: Error & { code?: string }): string {
  return error.message || error.code || error.name;
}

function place({ host, pathname }: URL): string {
  return `${host}${pathname}`;
}

function openingAdvice(error: Error): string {
  if (isOtherVersion(error)) {
    return 'another version of Kadr wrote it. Start that version, or choose another database.';
  }
  if (!(error instanceof DatabaseError)) return 'check that it runs, and the host and port in DATABASE_URL.';
  if (error.code === '3D000') return 'make the database, or correct its name in DATABASE_URL.';
  if (error.code?.startsWith('28')) return 'check the user and password in DATABASE_URL.';
  return "check the user's rights and the server's log.";
}
