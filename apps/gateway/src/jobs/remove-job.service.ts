import { Injectable } from '@nestjs/common';
import { JobV1, TOPICS, encodeJob, encodeJobRemoval } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { JobsRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { IngestService } from '../ingest/ingest.service.js';
import { JobWaiter, hasEnded } from './job-waiter.js';

const REMOVAL_SECONDS = 30;

/** Cancels a job that is active, removes one that has ended. The viewer does the work; the bus carries the word. */
@Injectable()
export class RemoveJobService {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly publisher: Publisher,
    private readonly ingest: IngestService,
    private readonly waiter: JobWaiter,
  ) {}

  /** The job in state `cancelled`, or nothing when it is gone. @throws AppError `not-found`; timeout. */
  async remove(id: string, signal: AbortSignal): Promise<JobV1 | undefined> {
    const job = await this.jobs.get(id);
    if (!job) throw jobNotFound(id);
    if (!hasEnded(job)) return this.cancel(job);
    // It is removed by itself once its last frame is accounted for.
    if (job.state === 'cancelled') return job;
    await this.publisher.publish(TOPICS.jobs, encodeJobRemoval(id));
    if (await this.waiter.until(id, (found) => found === undefined, REMOVAL_SECONDS, signal)) return undefined;
    const message = `The job ${id} is being removed; that takes longer than usual. Look again later.`;
    throw new AppError('timeout', 'internal', message);
  }

  private async cancel(job: JobV1): Promise<JobV1> {
    await this.ingest.cancel(job.id);
    // It has not ended until the viewer says so: its last picture may be done at this very moment.
    const word = Object.assign(new JobV1(), job, { state: 'cancelled', items: undefined, finishedAt: null });
    await this.publisher.publish(TOPICS.jobs, encodeJob(word));
    return Object.assign(new JobV1(), job, { state: 'cancelled', finishedAt: new Date().toISOString() });
  }
}

/** The error of a job that is not there. */
export function jobNotFound(id: string): AppError {
  return new AppError('not-found', 'not-found', `There is no job "${id.slice(0, 100)}"; it may have been removed.`);
}
