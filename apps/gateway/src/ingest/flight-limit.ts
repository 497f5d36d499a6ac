import { Injectable } from '@nestjs/common';
import { formatSource } from '@kadr/contracts';
import { LedgerRepository } from '@kadr/storage';

/** Enough to keep every worker busy, few enough that the bus holds no job as a whole. */
const MAX_IN_FLIGHT = 64;

/** Bounds the frames of each job between their publication and their outcome. The ledger knows; this remembers. */
@Injectable()
export class FlightLimit {
  private readonly flying = new Map<string, number>();

  constructor(private readonly ledger: LedgerRepository) {}

  hasRoom(jobId: string): boolean {
    return (this.flying.get(jobId) ?? 0) < MAX_IN_FLIGHT;
  }

  add(jobId: string): void {
    this.flying.set(jobId, (this.flying.get(jobId) ?? 0) + 1);
  }

  /** Looks up how many of the jobs at their bound have landed, and forgets jobs that are not in `active`. */
  async refresh(active: readonly string[]): Promise<void> {
    const kept = new Set(active);
    for (const jobId of this.flying.keys()) if (!kept.has(jobId)) this.flying.delete(jobId);
    for (const jobId of kept) {
      if (this.hasRoom(jobId)) continue;
      const entry = await this.ledger.entry(formatSource({ kind: 'job', id: jobId }));
      this.flying.set(jobId, entry?.inFlight ?? 0);
    }
  }
}
