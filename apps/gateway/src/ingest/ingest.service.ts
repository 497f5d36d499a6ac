import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Log } from '@kadr/observability';
import { UploadsRepository } from '@kadr/storage';
import { FairQueue } from './fair-queue.js';
import { FlightLimit } from './flight-limit.js';
import type { IngestItem, ItemOfJob, JobOfItem } from './ingest-item.js';
import { ItemPublisher } from './item-publisher.js';

/** Pictures normalised at once: sharp's threads are shared with inference. */
const CONCURRENCY = 2;
const PAGE = 500;
/** How soon a job at its bound of frames in flight is looked at again. */
const REFRESH_MS = 50;
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;

/** An item in work; once it is `publishing` only its own work may end it. */
interface Running {
  publishing: boolean;
  cancelled: boolean;
  done: Promise<void>;
}

/**
 * Turns the items of jobs into frames in the background, job by job in turn. Items are marked when published, so a
 * process that dies goes on at its next start with those that are not.
 */
@Injectable()
export class IngestService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly queue = new FairQueue<IngestItem>();
  private readonly running = new Map<IngestItem, Running>();
  private readonly stop = new AbortController();
  private refreshing = false;

  constructor(
    private readonly uploads: UploadsRepository,
    private readonly publisher: ItemPublisher,
    private readonly flight: FlightLimit,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.queue.add(await this.unpublished());
    this.pump();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  /** Takes the items of a new job. */
  add(job: JobOfItem, items: readonly ItemOfJob[]): void {
    this.queue.add(items.map((item) => Object.assign({}, item, job)));
    this.log.info('job', { job: job.jobId, model: job.model, options: job.options, pictures: items.length });
    this.pump();
  }

  /** Lets go what of a job is not published yet, and says so for each picture. */
  async cancel(jobId: string): Promise<void> {
    const mine = [...this.running].filter(([item]) => item.jobId === jobId);
    const early = mine.filter(([, state]) => !state.publishing);
    for (const [, state] of early) state.cancelled = true;
    await this.publisher.cancel([...early.map(([item]) => item), ...this.queue.take(jobId)]);
    await Promise.all(mine.filter(([, state]) => state.publishing).map(([, { done }]) => done));
  }

  private pump(): void {
    if (this.stop.signal.aborted) return;
    while (this.running.size < CONCURRENCY) {
      const item = this.queue.next((jobId) => this.flight.hasRoom(jobId));
      if (!item) break;
      this.start(item);
    }
    if (!this.queue.isEmpty && !this.refreshing && this.running.size < CONCURRENCY) void this.refresh();
  }

  private start(item: IngestItem): void {
    const state: Running = { publishing: false, cancelled: false, done: Promise.resolve() };
    this.flight.add(item.jobId);
    this.running.set(item, state);
    state.done = this.work(item, state).finally(() => {
      this.running.delete(item);
      this.pump();
    });
  }

  /** Never rejects: an item that cannot be published now stays unmarked, for the next start. */
  private async work(item: IngestItem, state: Running): Promise<void> {
    const claim = (): boolean => (state.publishing = !state.cancelled);
    for (let attempt = 1; attempt <= ATTEMPTS && !state.cancelled; attempt++) {
      try {
        return await this.publisher.publish(item, claim, attempt === ATTEMPTS);
      } catch (error) {
        this.log.warn('picture not published', { job: item.jobId, sequence: item.sequence, attempt, error });
        await this.pause(FIRST_PAUSE_MS * 2 ** attempt);
        if (this.stop.signal.aborted) return;
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    // Stopping ends the pause early, which is all that its rejection says.
    await sleep(ms, undefined, { signal: this.stop.signal }).catch(() => undefined);
  }

  /** Waits until jobs at their bound have room again. */
  private async refresh(): Promise<void> {
    this.refreshing = true;
    try {
      await this.pause(REFRESH_MS);
      await this.flight.refresh(this.queue.jobs);
    } catch (error) {
      this.log.warn('ledger not read', { error });
    } finally {
      this.refreshing = false;
    }
    this.pump();
  }

  private async unpublished(): Promise<IngestItem[]> {
    const items: IngestItem[] = [];
    for (;;) {
      const page = await this.uploads.pending(PAGE, items.at(-1));
      items.push(...page);
      if (page.length < PAGE) return items;
    }
  }
}
