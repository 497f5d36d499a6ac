import type { TopicSpec } from '@kadr/contracts';
import { AppError, toAppError } from '@kadr/errors';
import { v7 as uuid } from 'uuid';
import type { ClaimStore, OutgoingMessage } from '../messages.js';
import type { StoredMessage } from '../policy/delivery.js';
import { claimOf, withClaim } from './claim-header.js';

/** Keys of values that the transport itself stores, and so removes. */
const OWN = 'claims/';

/** A message as it is kept in a log; `claim` is the key of a value that belongs to it alone. */
export interface LoggedMessage {
  key: string | null;
  headers: Readonly<Record<string, string>>;
  value: Uint8Array | null;
  claim?: string;
}

/** Remembers own claims before they are stored, so that none is left behind by a crash. */
export type RememberClaim = (key: string) => void;

/** When a value that lies in a blob already is only referred to: always, or as others, when it is above the limit. */
export interface ClaimRule {
  reuseBlobs: 'always' | 'above-limit';
}

/** Where the own claims of topics of one retention are, so that age alone tells when they are over. */
export function claimsOf({ retentionMs, compacted }: TopicSpec): string {
  return `${OWN}${compacted ? 'kept' : retentionMs}`;
}

/**
 * Large values travel beside the log: stored first, published after, as an empty value with `ce_dataref: blob:<key>`.
 * A value that lies in a blob already is never copied: any program may send such a reference.
 */
export class ClaimCheck {
  constructor(
    private readonly store: ClaimStore,
    private readonly limit: number,
    private readonly rule: ClaimRule,
  ) {}

  /** True when {@link checkIn} has something to do for `message`. */
  concerns({ value, blob }: OutgoingMessage): boolean {
    if (value === null || value.length === 0) return false;
    return value.length > this.limit || (this.rule.reuseBlobs === 'always' && isForeign(blob));
  }

  /** The message as the log keeps it: a value above the limit stored, one that has its blob referred to. */
  async checkIn(spec: TopicSpec, message: OutgoingMessage, remember: RememberClaim): Promise<LoggedMessage> {
    const { key, headers, value, blob } = message;
    if (value === null || !this.concerns(message)) return { key, headers, value };
    const empty = new Uint8Array(0);
    if (isForeign(blob)) return { key, headers: withClaim(headers, blob), value: empty };
    const claim = `${claimsOf(spec)}/${uuid()}`;
    remember(claim);
    await this.store.put(claim, value);
    return { key, headers: withClaim(headers, claim), value: empty, claim };
  }

  /** The message with its value. A tombstone stays one. @throws what the store throws when the value is gone. */
  async follow(message: StoredMessage): Promise<StoredMessage> {
    const claim = claimOf(message.headers);
    if (claim === undefined || message.value?.length !== 0) return message;
    return { ...message, value: await this.fetch(claim) };
  }

  /** The same, but a value that cannot be had leaves the message as it is: for dead letters, which must stay readable. */
  async followIfThere(message: StoredMessage): Promise<StoredMessage> {
    try {
      return await this.follow(message);
    } catch (error) {
      if (!toAppError(error).retryable) return message;
      throw error;
    }
  }

  /** Any program may have written the reference: that it can be no key is the message's fault. */
  private async fetch(claim: string): Promise<Buffer> {
    try {
      return await this.store.get(claim);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.retryable || error.kind === 'not-found') throw error;
      throw new AppError('unprocessable', 'bad-message', `ce_dataref names no blob: ${error.message}`, {
        cause: error,
      });
    }
  }
}

/** An own claim ends with its message, so another message (a dead letter) cannot refer to it. */
function isForeign(blob: string | undefined): blob is string {
  return blob !== undefined && !blob.startsWith(OWN);
}
