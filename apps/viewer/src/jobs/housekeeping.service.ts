import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '@kadr/config';
import { Log } from '@kadr/observability';
import { JobsRepository, OutcomesRepository } from '@kadr/storage';
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
    private readonly jobs: JobsRepository,
    private readonly outcomes: OutcomesRepository,
    private readonly removal: RemovalService,
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
      await this.removal.request(await this.jobs.finishedBefore(before(now, this.config.HISTORY_DAYS * DAY_MS)));
      await this.outcomes.purgeRequests(before(now, HOUR_MS));
    } catch (error) {
      this.log.warn('housekeeping failed', { error });
    }
  }
}

function before(now: number, ms: number): string {
  return new Date(now - ms).toISOString();
}
