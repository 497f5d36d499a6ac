import type { JobState, JobV1, Outcome } from '@kadr/contracts';

/** What became of an outcome that was to be recorded. */
export interface RecordedOutcome {
  outcome: Outcome;
  /**
   * True also for a result that took the place of a failure. False for a duplicate, and for an outcome of a job that is
   * gone: nothing was counted.
   */
  isNew: boolean;
  /** Of a new result of a job: its place in the order of arrival. */
  cursor?: string;
  /** Of a new outcome of a job: the job after the batch, without items. */
  job?: JobV1;
  /** Of a new outcome of a job: the job's state before the batch. */
  stateBefore?: JobState;
}
