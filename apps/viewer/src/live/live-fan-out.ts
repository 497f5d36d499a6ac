import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { TOPICS, encodeLiveJob } from '@kadr/contracts';
import type { JobV1, LiveJobV1 } from '@kadr/contracts';
import { toAppError } from '@kadr/errors';
import { Log } from '@kadr/observability';
import { Publisher } from '@kadr/transport';
import { LiveHub } from './live-hub.js';
import { ViewerInstance } from './viewer-instance.js';
import { WakeUp } from './wake-up.js';

/** Least time between two messages about the progress of a job. */
const PERIOD_MS = 100;
/** Least time after one that the bus did not take. */
const AWAY_MS = 1000;

/** What is to be told of one job: the newest only. */
interface Telling {
  next: LiveJobV1 | undefined;
  said: JobV1['state'] | undefined;
  wake: WakeUp;
}

/**
 * Tells of jobs to those who watch through this process, at once, and to the other viewers over `kadr.live`: of a job's
 * progress now and then, of a change of its state without delay. Nobody waits for that: a bus that is away gets the
 * newest when it is back. See docs/adr/0010-live-fan-out.md.
 */
@Injectable()
export class LiveFanOut implements OnApplicationShutdown {
  private readonly telling = new Map<string, Telling>();
  private stopped = false;

  constructor(
    private readonly hub: LiveHub,
    private readonly publisher: Publisher,
    private readonly instance: ViewerInstance,
    private readonly log: Log,
  ) {}

  notify(job: JobV1): void {
    this.hub.notify(job);
    this.tell({ jobId: job.id, job });
  }

  removed(jobId: string): void {
    this.hub.removed(jobId);
    this.tell({ jobId, job: undefined });
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    for (const { wake } of this.telling.values()) wake.close();
  }

  private tell(news: LiveJobV1): void {
    if (this.stopped) return;
    const telling = this.telling.get(news.jobId);
    if (!telling) return void this.run(news);
    telling.next = news;
    if (news.job?.state !== telling.said) telling.wake.call();
  }

  /** Tells of one job until there is nothing new. Never rejects. */
  private async run(first: LiveJobV1): Promise<void> {
    const telling: Telling = { next: first, said: undefined, wake: new WakeUp() };
    this.telling.set(first.jobId, telling);
    while (telling.next && !this.stopped) {
      const news = telling.next;
      telling.next = undefined;
      telling.said = news.job?.state;
      const told = await this.publish(news);
      if (!told) telling.next ??= news;
      telling.wake.callAfter(told ? PERIOD_MS : AWAY_MS);
      await telling.wake.sleep();
    }
    telling.wake.close();
    this.telling.delete(first.jobId);
  }

  /** False when it is worth trying again. */
  private async publish(news: LiveJobV1): Promise<boolean> {
    try {
      await this.publisher.publish(TOPICS.live, encodeLiveJob(this.instance.id, news));
      return true;
    } catch (error) {
      this.log.warn('other viewers not told', { job: news.jobId, error });
      return !toAppError(error).waits;
    }
  }
}
