import { Injectable } from '@nestjs/common';
import { parseSource } from '@kadr/contracts';
import type { JobState, JobV1, Outcome } from '@kadr/contracts';
import { Metrics } from '@kadr/observability';
import { OutcomesRepository } from '@kadr/storage';
import type { RecordedOutcome } from '@kadr/storage';
import { JobAnnouncer } from '../jobs/job-announcer.js';
import { RemovalService } from '../jobs/removal.service.js';
import { LiveFanOut } from '../live/live-fan-out.js';
import { Batcher } from './batcher.js';

/** Records outcomes, and tells of what they changed. */
@Injectable()
export class ProjectionService {
  private readonly batcher = new Batcher<Outcome>((outcomes) => this.project(outcomes));

  constructor(
    private readonly outcomes: OutcomesRepository,
    private readonly announcer: JobAnnouncer,
    private readonly removal: RemovalService,
    private readonly live: LiveFanOut,
    private readonly metrics: Metrics,
  ) {}

  /** Resolves when the outcome is stored and a change of its job's state is published. */
  add(outcome: Outcome): Promise<void> {
    return this.batcher.add(outcome);
  }

  private async project(outcomes: Outcome[]): Promise<void> {
    const recorded = await this.outcomes.record(outcomes);
    const advanced = advancedJobs(recorded);
    for (const { outcome, isNew } of recorded) if (isNew) this.count(outcome);
    for (const { job } of advanced) this.live.notify(job);
    for (const { job, before } of advanced) if (job.state !== before) await this.announcer.announce(job);
    for (const id of repeatedJobs(recorded)) await this.repeat(id);
    if (advanced.some(({ job }) => job.state === 'cancelled')) await this.removal.requestDrained();
  }

  private async repeat(id: string): Promise<void> {
    const job = await this.announcer.repeat(id);
    if (job) this.live.notify(job);
  }

  private count(outcome: Outcome): void {
    switch (outcome.type) {
      case 'kadr.result.v1':
        return this.metrics.outcome('result');
      case 'kadr.drop.v1':
        return this.metrics.outcome('drop', outcome.drop.reason);
      case 'kadr.failure.v1':
        return this.metrics.outcome('failure', outcome.failure.code);
    }
  }
}

/** Each job that a batch advanced, once. */
function advancedJobs(recorded: readonly RecordedOutcome[]): { job: JobV1; before: JobState }[] {
  const jobs = new Map<string, { job: JobV1; before: JobState }>();
  for (const { job, stateBefore } of recorded) if (job && stateBefore) jobs.set(job.id, { job, before: stateBefore });
  return [...jobs.values()];
}

/**
 * Jobs of outcomes that came again: a process that died, or a bus that was away, may have kept what the first record
 * changed from being announced.
 */
function repeatedJobs(recorded: readonly RecordedOutcome[]): Set<string> {
  const ids = new Set<string>();
  for (const { outcome, isNew } of recorded) {
    const source = isNew ? undefined : parseSource(outcome.source);
    if (source?.kind === 'job') ids.add(source.id);
  }
  return ids;
}
