import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { LedgerCountsDto } from '@kadr/contracts';
import { toAppError } from '@kadr/errors';
import { Metrics } from '@kadr/observability';
import type { Reading } from '@kadr/observability';
import { LedgerRepository } from '@kadr/storage';

/** The ledger's sum over all sources as a gauge, read at each scrape. */
@Injectable()
export class LedgerMetrics implements OnModuleInit {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const help = 'Distinct frames: in = results + drops by reason + failures + in flight.';
    this.metrics.gauge('kadr_ledger_frames', help, ['account', 'reason'], () => this.read());
  }

  private async read(): Promise<Reading[]> {
    const total = await this.total();
    if (!total) return [];
    const { framesIn, results, drops, failures, inFlight } = total;
    const accounts = { in: framesIn, results, failures, 'in-flight': inFlight };
    return [
      ...Object.entries(accounts).map(([account, value]) => ({ labels: { account, reason: '' }, value })),
      ...Object.entries(drops).map(([reason, value]) => ({
        labels: { account: 'drops', reason },
        value: Number(value),
      })),
    ];
  }

  /** Nothing while the database is away: the other metrics are wanted then more than ever. */
  private async total(): Promise<LedgerCountsDto | undefined> {
    try {
      return (await this.ledger.page({ limit: 1 })).total;
    } catch (error) {
      if (toAppError(error).waits) return undefined;
      throw error;
    }
  }
}
