import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { TOPICS, encodeProcess } from '@kadr/contracts';
import type { ProcessV1 } from '@kadr/contracts';
import { Log } from '@kadr/observability';
import { BusMonitor, Publisher } from '@kadr/transport';
import type { ConsumerLag } from '@kadr/transport';
import { v7 as uuid } from 'uuid';
import { VERSION } from './version.js';

/** Who listens takes a process that was silent for three times as long for gone. */
const REPEAT_MS = 5_000;

/** Tells who listens, on `kadr.processes`, that this process runs and how its consumers fare. */
@Injectable()
export class ProcessAnnouncer implements BeforeApplicationShutdown {
  private readonly instance = uuid();
  private readonly startedAt = new Date().toISOString();
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;

  constructor(
    private readonly name: string,
    private readonly publisher: Publisher,
    private readonly bus: BusMonitor,
    private readonly log: Log,
  ) {}

  /** Says so now and from time to time; to be called when the groups are assigned. */
  start(): void {
    this.timer = setInterval(() => this.announce(), REPEAT_MS).unref();
    this.announce();
  }

  /** Takes its leave while the bus still runs. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    if (!this.timer) return;
    // Nobody waits for readings that are being taken: on a bus that is away that can take long.
    this.timer = undefined;
    const farewell = { ...encodeProcess(this.describe([])), value: null };
    await this.publisher.publish(TOPICS.processes, farewell).catch((error: unknown) => this.failed(error));
  }

  /** One at a time: where the bus is slow, the readings would only pile up. */
  private announce(): void {
    this.sending ??= this.send()
      .catch((error: unknown) => this.failed(error))
      .finally(() => (this.sending = undefined));
  }

  private async send(): Promise<void> {
    const lags = await this.bus.lag();
    if (this.timer) await this.publisher.publish(TOPICS.processes, encodeProcess(this.describe(lags)));
  }

  private describe(lags: ConsumerLag[]): ProcessV1 {
    const { instance, name, startedAt } = this;
    const counts = { retries: 0, deadLetters: 0, rebalances: 0, restarts: 0 };
    return { instance, name, version: VERSION, startedAt, groups: lags.map((lag) => ({ ...counts, ...lag })) };
  }

  /** The next repetition makes up for it. */
  private failed(error: unknown): void {
    this.log.warn('process-not-announced', { error });
  }
}
