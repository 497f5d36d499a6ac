import { Injectable } from '@nestjs/common';
import { BLOBS, TOPICS, encodeJobRemoval } from '@kadr/contracts';
import { BlobStore, JobsRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { LiveFanOut } from '../live/live-fan-out.js';

/** Removes jobs with all that belongs to them. What asks for it is always a tombstone, whoever publishes it. */
@Injectable()
export class RemovalService {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly blobs: BlobStore,
    private readonly publisher: Publisher,
    private readonly live: LiveFanOut,
  ) {}

  /** Asks for the removal of jobs. */
  async request(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.publisher.publish(TOPICS.jobs, ...ids.map(encodeJobRemoval));
  }

  /** Asks for the removal of cancelled jobs of which nothing is under way any more. */
  async requestDrained(): Promise<void> {
    await this.request(await this.jobs.removable());
  }

  /** Asks for the removal of jobs that ended before `time`. */
  async requestFinishedBefore(time: string): Promise<void> {
    await this.request(await this.jobs.finishedBefore(time));
  }

  /** Removes a job; one that is gone already is fine. The rows go last: as long as they are there, it can be repeated. */
  async remove(id: string): Promise<void> {
    if (!(await this.jobs.summary(id))) return;
    await this.blobs.removeAll(BLOBS.job(id));
    await this.jobs.remove(id);
    this.live.removed(id);
  }
}
