import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '@kadr/config';
import { Log } from '@kadr/observability';
import { OutcomesRepository } from '@kadr/storage';
import { DeadLettersService } from '../dead-letters/dead-letters.service.js';
import { RemovalService } from './removal.service.js';

const PERIOD_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** At the start and then every minute: removes what has had its time. */
@Injectable()
export class HousekeepingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly removal: RemovalService,
    private readonly outcomes: OutcomesRepository,
    private readonly deadLetters: DeadLettersService,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const next = (): void => void (this.round = this.round.then(() => this.tidy()));
    next();
    this.timer = setInterval(next, PERIOD_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  /** One round. Never rejects: the next one tries again. */
  async tidy(now = Date.now()): Promise<void> {
    try {
      await this.removal.requestDrained();
      const history = before(now, this.config.HISTORY_DAYS * DAY_MS);
      await this.removal.requestFinishedBefore(history);
      await this.outcomes.purgeRequests(before(now, HOUR_MS));
      await this.deadLetters.purge(history);
    } catch (error) {
      this.log.warn('housekeeping failed', { error });
    }
  }
}

function before(now: number, ms: number): string {
  return new Date(now - ms).toISOString();
}
