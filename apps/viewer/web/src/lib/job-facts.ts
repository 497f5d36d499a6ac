import type { JobItemV1, JobState, JobV1 } from '@kadr/contracts';
import { plural } from './format.js';

/** More of it is to come. */
export function isActive(job: JobV1): boolean {
  return job.state === 'queued' || job.state === 'running';
}

/** How much of a job has its outcome, of 1. */
export function partDone({ progress: { total, done, failed } }: JobV1): number {
  return total > 0 ? Math.min(1, (done + failed) / total) : 0;
}

/** A job's name for people: its picture's, or how many there are. */
export function jobTitle({ progress }: JobV1, items: JobItemV1[] = []): string {
  return items.length === 1 ? items[0].name : plural(progress.total, 'picture');
}

const STATES: Record<JobState, string> = {
  queued: 'Waiting',
  running: 'Running',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export function stateName(state: JobState): string {
  return STATES[state];
}
