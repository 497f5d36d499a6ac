import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
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
    const { framesIn, results, drops, failures, inFlight } = (await this.ledger.page({ limit: 1 })).total;
    const accounts = { in: framesIn, results, failures, 'in-flight': inFlight };
    return [
      ...Object.entries(accounts).map(([account, value]) => ({ labels: { account, reason: '' }, value })),
      ...Object.entries(drops).map(([reason, value]) => ({
        labels: { account: 'drops', reason },
        value: Number(value),
      })),
    ];
  }
}
