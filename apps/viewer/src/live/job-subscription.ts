import { setTimeout as sleep } from 'node:timers/promises';
import type { JobV1, LiveResult } from '@kadr/contracts';
import { toAppError } from '@kadr/errors';
import { AckWindow } from './ack-window.js';
import type { Watcher } from './live-hub.js';
import { WakeUp } from './wake-up.js';

/** Where a subscription takes from and gives to. */
export interface SubscriptionPorts {
  readJob(): Promise<JobV1 | undefined>;
  /** Results in order of arrival, those after `cursor`. */
  readResults(cursor: string, limit: number): Promise<LiveResult[]>;
  sendResult(result: LiveResult): void;
  sendJob(job: JobV1): void;
  /** There is no such job, or no more. */
  sendGone(): void;
  /** Resolves when the client's connection has taken what was sent. */
  drained(signal: AbortSignal): Promise<void>;
}

/** Results read from storage at once: with what waits in the connection, all that a slow client costs. */
const PAGE = 20;
/** Results that a client which acknowledges may have open. */
const WINDOW = 64;
/** Least time between two messages about the progress of a job. */
const PROGRESS_MS = 100;
/** How soon storage that is away is asked again. */
const AWAY_MS = 1000;

/**
 * One client's view of one job: every result once, in order of arrival, and the job as it changes. What is new only
 * wakes the loop; it reads from storage what came after its cursor, as fast as the client takes it.
 */
export class JobSubscription implements Watcher {
  private readonly wake = new WakeUp();
  private readonly stop = new AbortController();
  private readonly window = new AckWindow(WINDOW);
  private job: JobV1 | undefined;
  private removed = false;
  private sent: JobV1 | undefined;
  private sentAt = 0;

  constructor(
    private cursor: string,
    private readonly ports: SubscriptionPorts,
  ) {}

  /** Sends until it is closed or the job is gone. @throws what reading throws. */
  async run(): Promise<void> {
    const found = await this.read(() => this.ports.readJob(), undefined);
    if (found) this.onJob(found);
    if (this.job?.finishedAt === null) this.send(this.job);
    while (this.job && !this.isClosed) {
      const { job, removed } = this;
      if (await this.sendResults()) this.sendChange(job);
      if (removed) break;
      await this.wake.sleep();
    }
    if (!this.isClosed) this.ports.sendGone();
  }

  onJob(job: JobV1): void {
    if (this.job && isOlder(job, this.job)) return;
    this.job = job;
    this.wake.call();
  }

  onRemoved(): void {
    this.removed = true;
    this.wake.call();
  }

  acknowledge(sequence: number): void {
    this.window.acknowledge(sequence);
    this.wake.call();
  }

  close(): void {
    this.stop.abort();
    this.wake.close();
  }

  private get isClosed(): boolean {
    return this.stop.signal.aborted;
  }

  /** Sends what there is; false when it is closed, or the client must acknowledge before there is more. */
  private async sendResults(): Promise<boolean> {
    for (;;) {
      await this.ports.drained(this.stop.signal);
      const limit = Math.min(PAGE, this.window.room);
      if (limit === 0) return false;
      const results = await this.read(() => this.ports.readResults(this.cursor, limit), []);
      if (this.isClosed) return false;
      for (const result of results) {
        this.window.sent(result.sequence);
        this.cursor = result.cursor;
        this.ports.sendResult(result);
      }
      if (results.length < limit) return true;
    }
  }

  /** What `read` gives: storage that is away is waited for, until the subscription is closed. */
  private async read<T>(read: () => Promise<T>, closed: T): Promise<T> {
    while (!this.isClosed) {
      try {
        return await read();
      } catch (error) {
        if (!toAppError(error).waits) throw error;
        // Closing ends the pause early, which is all that its rejection says.
        await sleep(AWAY_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
    return closed;
  }

  /** Tells of the job as it was before its results were read: so its last state comes after its last result. */
  private sendChange(job: JobV1): void {
    if (job === this.sent) return;
    const wait = this.sentAt + PROGRESS_MS - performance.now();
    if (job.state === this.sent?.state && job.finishedAt === null && wait > 0) this.wake.callAfter(wait);
    else this.send(job);
  }

  private send(job: JobV1): void {
    this.sent = job;
    this.sentAt = performance.now();
    this.ports.sendJob(job);
  }
}

/** Those who tell of a job may cross: a job never goes back. */
function isOlder(job: JobV1, than: JobV1): boolean {
  if (than.finishedAt !== null && job.finishedAt === null) return true;
  return job.progress.done + job.progress.failed < than.progress.done + than.progress.failed;
}
