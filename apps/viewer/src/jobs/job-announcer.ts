import { Injectable } from '@nestjs/common';
import { TOPICS, encodeJob } from '@kadr/contracts';
import type { JobV1 } from '@kadr/contracts';
import { Log } from '@kadr/observability';
import { JobsRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';

/** Says on `kadr.jobs` when the state of a job has changed; and in the log, once, when it has ended. */
@Injectable()
export class JobAnnouncer {
  constructor(
    private readonly publisher: Publisher,
    private readonly jobs: JobsRepository,
    private readonly log: Log,
  ) {}

  /** Tells of a job whose state has just changed. */
  async announce(job: JobV1): Promise<void> {
    this.logEnd(job);
    await this.publish(job);
  }

  /** Tells once more of a job whose last change may not have been told; the job, if there is something to tell. */
  async repeat(id: string): Promise<JobV1 | undefined> {
    const job = await this.jobs.summary(id);
    if (!job || job.state === 'queued') return undefined;
    await this.publish(job);
    return job;
  }

  async publish(job: JobV1): Promise<void> {
    await this.publisher.publish(TOPICS.jobs, encodeJob(job));
  }

  /** The one line of a job that has ended. */
  logEnd({ id, kind, state, model, progress, createdAt, startedAt, finishedAt }: JobV1): void {
    if (finishedAt === null) return;
    const { total, done, failed } = progress;
    this.log.info('job', {
      job: id,
      kind,
      state,
      model,
      total,
      done,
      failed,
      queuedMs: startedAt === null ? null : Date.parse(startedAt) - Date.parse(createdAt),
      totalMs: Date.parse(finishedAt) - Date.parse(createdAt),
    });
  }
}
