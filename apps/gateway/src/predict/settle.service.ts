import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { TOPICS, encodeOutcome } from '@kadr/contracts';
import { Log } from '@kadr/observability';
import { LedgerRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { v7 as uuid } from 'uuid';
import { GatewayInstance } from './gateway-instance.js';

/**
 * Live frames die with their process. Those that an earlier instance had counted and that never got an outcome are
 * told to have expired, so that the ledger's sum stays true.
 */
@Injectable()
export class SettleService implements OnApplicationBootstrap {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly publisher: Publisher,
    private readonly instance: GatewayInstance,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const source of await this.ledger.openRequests()) {
      if (source === this.instance.source) continue;
      const missing = await this.ledger.missing(source);
      const drops = missing.map((sequence) => {
        const drop = { id: uuid(), source, sequence, reason: 'expired' } as const;
        return encodeOutcome({ type: 'kadr.drop.v1', source, sequence, drop });
      });
      await this.publisher.publish(TOPICS.outcomes, ...drops);
      this.log.info('frames of an earlier process settled', { source, frames: drops.length });
    }
  }
}
