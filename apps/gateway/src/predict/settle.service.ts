import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '@kadr/config';
import { TOPICS, encodeOutcome } from '@kadr/contracts';
import { Log } from '@kadr/observability';
import { LedgerRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { v5 as uuidOf } from 'uuid';
import { GatewayInstance } from './gateway-instance.js';

/** An outcome of a frame that was in work when it expired is recorded by then. */
const MARGIN_MS = 5000;
/** Names these drops among UUIDs, so that every gateway gives the same one the same id. */
const NAMESPACE = '6f9d5c1e-3a0b-4e5c-9a57-0d6a2f7c41be';

/**
 * Live frames may end without a word: with their process, or on a bus that nobody reads. Those that were counted longer
 * ago than any of them lives, and have no outcome, are told to have expired, so that the ledger's sum stays true.
 */
@Injectable()
export class SettleService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Of each source the frames it had published a round ago. */
  private noted = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly ledger: LedgerRepository,
    private readonly publisher: Publisher,
    private readonly instance: GatewayInstance,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // On the embedded bus live frames are in memory, so those of earlier processes are gone.
    if (this.config.KAFKA_BROKERS.length === 0) await this.settleEarlier();
    const next = (): void => void (this.running = this.running.then(() => this.round()));
    next();
    this.timer = setInterval(next, this.config.PREDICT_TIMEOUT_MS + MARGIN_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Settles what was published before the last round, at least the life of a frame ago. Never rejects: the next one tries again. */
  async round(): Promise<void> {
    try {
      const open = await this.ledger.openRequests();
      for (const { source } of open) await this.settle(source, this.noted.get(source) ?? 0);
      this.noted = new Map(open.map(({ source, published }) => [source, published]));
    } catch (error) {
      this.log.warn('frames not settled', { error });
    }
  }

  private async settleEarlier(): Promise<void> {
    for (const { source, published } of await this.ledger.openRequests()) {
      if (source !== this.instance.source) await this.settle(source, published);
    }
  }

  /** Tells of all frames of `source` below the sequence `below` without outcome that they expired. */
  private async settle(source: string, below: number): Promise<void> {
    if (below === 0) return;
    const missing = (await this.ledger.missing(source)).filter((sequence) => sequence < below);
    if (missing.length === 0) return;
    const drops = missing.map((sequence) => {
      const drop = { id: uuidOf(`${source}/${sequence}`, NAMESPACE), source, sequence, reason: 'expired' } as const;
      return encodeOutcome({ type: 'kadr.drop.v1', source, sequence, drop });
    });
    await this.publisher.publish(TOPICS.outcomes, ...drops);
    this.log.info('frames without outcome settled', { source, frames: drops.length });
  }
}
