import { AppError } from '@kadr/errors';
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { errorFact, isDiskFull } from '../error-facts.js';
import { checkedLookup } from './checked-lookup.js';
import type { Resolve } from './checked-lookup.js';

/** What a request to a URL of anybody's choosing may take and reach. */
export interface Reach {
  /** From the first lookup to the last byte, redirects included. */
  timeoutMs: number;
  /** Private, loopback and link-local addresses too; cloud metadata addresses never. */
  allowPrivate: boolean;
  /** Resolves names; the system's resolver when left out. */
  resolve?: Resolve;
}

/** What every request of a guarded exchange is made with. */
export interface Guard {
  /** Connects to checked addresses only. */
  dispatcher: Agent;
  /** Ends at the deadline. */
  signal: AbortSignal;
}

/** Why an exchange came to nothing. */
export interface Failure {
  timedOut: boolean;
  /** In words, for a message. */
  reason: string;
  cause: unknown;
}

/** Runs `use` under a guard of its own. @throws AppError as `explain` makes it of a failure; a full disk as it is. */
export async function underGuard<T>(
  reach: Reach,
  use: (guard: Guard) => Promise<T>,
  explain: (failure: Failure) => AppError,
): Promise<T> {
  const signal = AbortSignal.timeout(reach.timeoutMs);
  const dispatcher = new Agent({ connect: { lookup: checkedLookup(reach.allowPrivate, reach.resolve) } });
  try {
    return await use({ dispatcher, signal });
  } catch (error) {
    if (error instanceof AppError || isDiskFull(error)) throw error;
    throw explain({ timedOut: signal.aborted, reason: reasonOf(error), cause: error });
  } finally {
    await dispatcher.destroy();
  }
}

/** Lets go of a body that nobody reads. */
export function discard(body: Dispatcher.ResponseData['body']): void {
  // The error that follows its destruction has nothing to say.
  body.on('error', () => undefined).destroy();
}

function reasonOf(error: unknown): string {
  // Node reports the failures of several addresses as one error without a message.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const code = errorFact(error, 'code');
  if (code === 'ENOTFOUND') return 'its host name is not known';
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  return errorFact(error, 'message') || code || String(error);
}
