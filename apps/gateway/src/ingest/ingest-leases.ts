import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { LeasesRepository } from '@kadr/storage';
import { GatewayInstance } from '../predict/gateway-instance.js';

const PERIOD_MS = 3000;
/** Of a process that is alone, whose rounds only tidy up. */
const ALONE_PERIOD_MS = 30_000;
/** Rounds of ours, each of which saw it, that another's beat stands still before it is taken for dead: 15 s. */
const ROUNDS = 5;
/** How long after its last sign of life a gateway may publish: well within the time that makes others take over. */
const FRESH_MS = 3 * PERIOD_MS;

/**
 * This gateway's claim to the jobs it publishes. It gives a sign of life each round and counts those of the others, so
 * that the jobs of one that died are taken over and no two publish the same picture.
 */
@Injectable()
export class IngestLeases {
  /** Of each other gateway its last beat, and in how many rounds it was the same. */
  private readonly seen = new Map<string, { beat: number; rounds: number }>();
  private renewedAt = -Infinity;

  constructor(
    private readonly leases: LeasesRepository,
    private readonly instance: GatewayInstance,
    private readonly config: Config,
  ) {}

  get owner(): string {
    return this.instance.id;
  }

  get periodMs(): number {
    return this.isAlone ? ALONE_PERIOD_MS : PERIOD_MS;
  }

  /** False when others may have taken over, because the database was away or this process stood still. */
  get isFresh(): boolean {
    return this.isAlone || performance.now() - this.renewedAt < FRESH_MS;
  }

  /** Who is alone takes over at once what an earlier process had. */
  async begin(): Promise<void> {
    if (this.isAlone) await this.leases.removeAll();
  }

  /** One sign of life; the jobs whose pictures are this gateway's to publish. @throws AppError `database-unavailable` */
  async round(): Promise<string[]> {
    const now = performance.now();
    try {
      await this.leases.beat(this.owner);
      await this.removeDead();
      const held = await this.leases.take(this.owner);
      this.renewedAt = now;
      return held;
    } catch (error) {
      // Others could not reach the database either, so what was seen before says nothing of them.
      this.seen.clear();
      throw error;
    }
  }

  /** Gives back what is left. */
  async end(): Promise<void> {
    await this.leases.leave(this.owner);
  }

  /** The embedded bus is that of one process, so no other gateway can be there. */
  private get isAlone(): boolean {
    return this.config.KAFKA_BROKERS.length === 0;
  }

  private async removeDead(): Promise<void> {
    const others = await this.leases.others(this.owner);
    const there = new Set(others.map(({ id }) => id));
    for (const id of this.seen.keys()) if (!there.has(id)) this.seen.delete(id);
    for (const other of others) {
      const before = this.seen.get(other.id);
      const rounds = before?.beat === other.beat ? before.rounds + 1 : 0;
      this.seen.set(other.id, { beat: other.beat, rounds });
      if (rounds >= ROUNDS) await this.leases.removeDead(other);
    }
  }
}
