import { Controller } from '@nestjs/common';
import { TOPICS, decodeJob } from '@kadr/contracts';
import type { JobState, JobV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { JobsRepository } from '@kadr/storage';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { LiveFanOut } from '../live/live-fan-out.js';
import { readMessage } from '../read-message.js';
import { JobAnnouncer } from './job-announcer.js';
import { RemovalService } from './removal.service.js';

/** Cancels and removes jobs as `kadr.jobs` says. */
@Controller()
export class JobsConsumer {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly removal: RemovalService,
    private readonly announcer: JobAnnouncer,
    private readonly live: LiveFanOut,
  ) {}

  /** One after the other: a removal must not overtake the cancellation before it. */
  @Consume({ topic: TOPICS.jobs, group: 'viewer', concurrency: 1 })
  async job(message: BusMessage): Promise<void> {
    const said = readMessage(message, decodeJob);
    if (message.key === null) throw new AppError('invalid', 'bad-message', 'A message about a job has no key.');
    if (!said) return this.removal.remove(message.key);
    if (said.state === 'cancelled') await this.cancel(said);
    await this.correct(message.key, said.state);
  }

  private async cancel({ id, finishedAt }: JobV1): Promise<void> {
    const before = await this.jobs.summary(id);
    const job = await this.jobs.markCancelled(id, new Date().toISOString());
    // It has been removed, or had ended before the word came.
    if (job?.state !== 'cancelled') return;
    if (before?.state !== 'cancelled') this.announcer.logEnd(job);
    this.live.notify(job);
    // What was a request until now is answered: the job has ended. Its removal must not come before.
    if (finishedAt === null) await this.announcer.publish(job);
    await this.removal.requestDrained();
  }

  /**
   * The word of a cancellation and that of a job's end or removal may cross. The topic keeps the last one only, so one
   * that is not the truth is followed by it.
   */
  private async correct(id: string, said: JobState): Promise<void> {
    const job = await this.jobs.summary(id);
    if (!job) await this.removal.request([id]);
    else if ((said === 'cancelled') !== (job.state === 'cancelled')) await this.announcer.publish(job);
  }
}
