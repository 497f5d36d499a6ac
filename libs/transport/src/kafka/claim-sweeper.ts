import { Logger } from '@nestjs/common';
import type { TopicSpec } from '@kadr/contracts';
import { claimsOf } from '../claim-check/claim-check.js';
import type { ClaimStore } from '../messages.js';

const SWEEP_MS = 600_000;
/** A broker removes whole segments, some time after their last message was over. */
const MARGIN_MS = 3_600_000;

/** Removes the values that the bus has stored, once their topic's retention is surely over. */
export class ClaimSweeper {
  private readonly logger = new Logger('Transport');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: ClaimStore,
    private readonly specs: readonly TopicSpec[],
    private readonly periodMs = SWEEP_MS,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.sweep(), this.periodMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Never rejects. */
  private async sweep(): Promise<void> {
    try {
      for (const spec of this.specs) {
        if (!spec.compacted) await this.store.removeOlderThan(claimsOf(spec), spec.retentionMs + MARGIN_MS);
      }
    } catch (error) {
      this.logger.warn(`Old claims could not be removed and stay for now: ${String(error)}`);
    }
  }
}
