import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Log } from '@kadr/observability';
import { UploadsRepository } from '@kadr/storage';
import type { PendingUpload } from '@kadr/storage';
import { IngestLeases } from './ingest-leases.js';
import { IngestService } from './ingest.service.js';

const PAGE = 500;
/** Jobs whose pictures are read at once. */
const JOBS_AT_ONCE = 100;

/**
 * At the start and then in rounds: hands jobs that nobody publishes (any more) over to {@link IngestService}, and takes
 * from it those that another gateway has taken over.
 */
@Injectable()
export class AdoptionService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly leases: IngestLeases,
    private readonly uploads: UploadsRepository,
    private readonly ingest: IngestService,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.leases.begin();
    await this.round();
    this.timer = setInterval(() => void this.round(), this.leases.periodMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.ingest.stop();
    await this.running;
    try {
      await this.leases.end();
    } catch (error) {
      this.log.warn('leases not given back', { error });
    }
  }

  /** One round; those who call while it runs share it. Never rejects: the next one tries again. */
  round(): Promise<void> {
    this.running ??= this.adopt().finally(() => (this.running = undefined));
    return this.running;
  }

  private async adopt(): Promise<void> {
    const before = this.ingest.jobs;
    try {
      const held = new Set(await this.leases.round());
      for (const jobId of before) if (!held.has(jobId)) this.ingest.drop(jobId);
      const unknown = this.ingest.expect([...held]);
      // Not waited for: it may have to wait for the bus, and the next sign of life must not.
      for (let start = 0; start < unknown.length; start += JOBS_AT_ONCE) {
        void this.load(unknown.slice(start, start + JOBS_AT_ONCE));
      }
    } catch (error) {
      this.log.warn('leases not renewed', { error });
    }
    this.ingest.pump();
  }

  /** Never rejects: jobs that cannot be read are forgotten, so that the next round finds them unknown. */
  private async load(jobIds: readonly string[]): Promise<void> {
    try {
      await this.ingest.settled(jobIds);
      this.ingest.enqueue(await this.pending(jobIds));
    } catch (error) {
      for (const jobId of jobIds) this.ingest.drop(jobId);
      this.log.warn('pictures of jobs not read', { jobs: jobIds.length, error });
    }
  }

  private async pending(jobIds: readonly string[]): Promise<PendingUpload[]> {
    const items: PendingUpload[] = [];
    for (;;) {
      const page = await this.uploads.pending(jobIds, PAGE, items.at(-1));
      items.push(...page);
      if (page.length < PAGE) return items;
    }
  }
}
