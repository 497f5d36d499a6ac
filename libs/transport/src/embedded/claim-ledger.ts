import { Logger } from '@nestjs/common';
import type Database from 'better-sqlite3';
import type { ClaimStore } from '../messages.js';

const SLICE = 100;

/** The claims that the bus has stored: each is removed once its topic's retention is over and its message is gone. */
export class ClaimLedger {
  private readonly logger = new Logger('Transport');
  private readonly insert: Database.Statement;
  private readonly expired: Database.Statement<[number], string>;
  private readonly forget: Database.Statement;

  constructor(
    db: Database.Database,
    private readonly store: ClaimStore,
  ) {
    this.insert = db.prepare('INSERT INTO claim (key, expires) VALUES (?, ?)');
    this.expired = db
      .prepare<[number], string>(
        `SELECT key FROM claim WHERE expires < ? AND NOT EXISTS (SELECT 1 FROM message WHERE message.claim = claim.key)
         LIMIT ${SLICE}`,
      )
      .pluck();
    this.forget = db.prepare('DELETE FROM claim WHERE key = ?');
  }

  /** To be called before the claim is stored, so that a crash leaves none behind. */
  remember(key: string, retentionMs: number): void {
    this.insert.run(key, Date.now() + retentionMs);
  }

  async sweep(now: number): Promise<void> {
    for (const key of this.expired.all(now)) {
      try {
        await this.store.remove(key);
        this.forget.run(key);
      } catch (error) {
        this.logger.warn(`Claim "${key}" could not be removed and stays for now: ${String(error)}`);
      }
    }
  }
}
