import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError, toAppError } from '@kadr/errors';
import { Log } from '@kadr/observability';
import { FairQueue } from './fair-queue.js';
import { FlightLimit } from './flight-limit.js';
import { IngestLeases } from './ingest-leases.js';
import type { IngestItem, ItemOfJob, JobOfItem } from './ingest-item.js';
import { ItemPublisher } from './item-publisher.js';
import type { Progress } from './item-publisher.js';

/** Pictures normalised at once: sharp's threads are shared with inference. */
const CONCURRENCY = 2;
/** How soon a job at its bound of frames in flight is looked at again. */
const REFRESH_MS = 50;
/** How soon it is when the ledger could not be read. */
const UNREAD_MS = 1000;
/** Attempts that fail for another reason than that something Kadr needs is away. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/** An item in work; once it is `publishing` only its own work may end it. */
interface Running extends Progress {
  publishing: boolean;
  cancelled: boolean;
  done: Promise<void>;
}

/**
 * Turns the items of jobs into frames in the background, job by job in turn. Items are marked when published, so those
 * of a process that dies are found by whoever takes over (see AdoptionService).
 */
@Injectable()
export class IngestService {
  private readonly queue = new FairQueue<IngestItem>();
  private readonly running = new Map<IngestItem, Running>();
  /** Jobs whose items are here, or have been. */
  private readonly known = new Set<string>();
  private readonly stopping = new AbortController();
  private refreshing = false;

  constructor(
    private readonly publisher: ItemPublisher,
    private readonly flight: FlightLimit,
    private readonly leases: IngestLeases,
    private readonly log: Log,
  ) {}

  /** Whose the jobs are that are made here. */
  get owner(): string {
    return this.leases.owner;
  }

  /** Jobs that this process publishes. */
  get jobs(): string[] {
    return [...this.known];
  }

  /** Takes the items of a new job, which is this gateway's. */
  add(job: JobOfItem, items: readonly ItemOfJob[]): void {
    this.log.info('job', { job: job.jobId, model: job.model, options: job.options, pictures: items.length });
    // A round may have found the job the moment it was there.
    if (this.expect([job.jobId]).length > 0) this.enqueue(items.map((item) => Object.assign({}, item, job)));
  }

  /** Those of `jobIds` that are new here; from now on they are known, and somebody enqueues their items. */
  expect(jobIds: readonly string[]): string[] {
    const unknown = jobIds.filter((jobId) => !this.known.has(jobId));
    for (const jobId of unknown) this.known.add(jobId);
    return unknown;
  }

  /** Takes items of known jobs; one that was dropped meanwhile stays so. */
  enqueue(items: readonly IngestItem[]): void {
    this.queue.add(items.filter(({ jobId }) => this.known.has(jobId)));
    this.pump();
  }

  /** Lets go of a job that is another's now, or published. */
  drop(jobId: string): void {
    this.known.delete(jobId);
    this.queue.take(jobId);
    for (const [item, state] of this.running) if (item.jobId === jobId && !state.publishing) state.cancelled = true;
  }

  /** Resolves when no item of these jobs is in work. */
  async settled(jobIds: readonly string[]): Promise<void> {
    const jobs = new Set(jobIds);
    const mine = [...this.running].filter(([{ jobId }]) => jobs.has(jobId));
    await Promise.all(mine.map(([, { done }]) => done));
  }

  /** Lets go what of a job is not published yet, and says so for each picture. @throws AppError when it cannot. */
  async cancel(jobId: string): Promise<void> {
    const mine = [...this.running].filter(([item]) => item.jobId === jobId);
    const early = mine.filter(([, state]) => !state.publishing);
    for (const [, state] of early) state.cancelled = true;
    try {
      await this.publisher.cancel([...early.map(([item]) => item), ...this.queue.take(jobId)]);
    } catch (error) {
      // The next round finds what is left.
      this.drop(jobId);
      throw error;
    }
    await Promise.all(mine.filter(([, state]) => state.publishing).map(([, { done }]) => done));
  }

  /** Begins what there is room for. */
  pump(): void {
    if (this.stopping.signal.aborted || !this.leases.isFresh) return;
    while (this.running.size < CONCURRENCY) {
      const item = this.queue.next((jobId) => this.flight.hasRoom(jobId));
      if (!item) break;
      this.start(item);
    }
    if (!this.queue.isEmpty && !this.refreshing && this.running.size < CONCURRENCY) void this.refresh();
  }

  /**
   * Ends pauses, and waits for what is being published. What is not that far, as a URL that answers slowly, is left to
   * whoever takes over.
   */
  async stop(): Promise<void> {
    this.stopping.abort();
    const states = [...this.running.values()];
    for (const state of states) state.cancelled ||= !state.publishing;
    await Promise.all(states.filter(({ publishing }) => publishing).map(({ done }) => done));
  }

  private start(item: IngestItem): void {
    const state: Running = {
      publishing: false,
      published: false,
      cancelled: false,
      done: Promise.resolve(),
      claim: () => (state.publishing = this.mayPublish(state)),
    };
    this.flight.add(item.jobId);
    this.running.set(item, state);
    state.done = this.work(item, state).finally(() => {
      this.running.delete(item);
      this.pump();
    });
  }

  private mayPublish(state: Running): boolean {
    if (this.leases.isFresh) return !state.cancelled;
    throw new AppError('away', 'database-unavailable', 'The lease could not be renewed: another may have taken over.');
  }

  /** Never rejects: an item that cannot be published stays unmarked, for the next process. What is away is waited for. */
  private async work(item: IngestItem, state: Running): Promise<void> {
    let attempt = 1;
    for (let failures = 1; !state.cancelled; failures++) {
      try {
        return await this.publisher.publish(item, state, attempt >= ATTEMPTS);
      } catch (thrown) {
        const error = toAppError(thrown);
        this.log.warn('picture not published', { job: item.jobId, sequence: item.sequence, attempt, error });
        if (!error.waits && ++attempt > ATTEMPTS) return;
        state.publishing = state.published;
        await this.pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)));
        if (this.stopping.signal.aborted) return;
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    // Stopping ends the pause early, which is all that its rejection says.
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** Waits until jobs at their bound have room again. */
  private async refresh(): Promise<void> {
    this.refreshing = true;
    try {
      await this.pause(REFRESH_MS);
      await this.flight.refresh(this.queue.jobs);
    } catch (error) {
      this.log.warn('ledger not read', { error });
      await this.pause(UNREAD_MS);
    } finally {
      this.refreshing = false;
    }
    this.pump();
  }
}
