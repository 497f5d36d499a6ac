import { setTimeout as sleep } from 'node:timers/promises';
import type { JobV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { JobsRepository } from '@kadr/storage';
import { Injectable } from '@nestjs/common';

/** Short beside a picture's work, long beside the read of one row. */
const POLL_MS = 50;

/** Waits for what the viewer does to jobs. */
@Injectable()
export class JobWaiter {
  constructor(private readonly jobs: JobsRepository) {}

  /** Until `done` holds for the job (`undefined`: removed), `seconds` have passed or `signal` aborts. True when it holds. */
  async until(
    id: string,
    done: (job: JobV1 | undefined) => boolean,
    seconds: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const end = Date.now() + seconds * 1000;
    while (!signal.aborted) {
      if (done(await this.jobs.summary(id))) return true;
      const left = end - Date.now();
      if (left <= 0) return false;
      await sleep(Math.min(POLL_MS, left));
    }
    return false;
  }
}

/** True for a job that has ended, or is not there any more. */
export function hasEnded(job: JobV1 | undefined): boolean {
  return !job || job.finishedAt !== null;
}

/** The error of asking too early for what a job has at its end. */
export function notFinished({ id, progress }: JobV1): AppError {
  const message = `The job ${id} is not finished (${progress.done + progress.failed} of ${progress.total}). Try again in a moment.`;
  return new AppError('conflict', 'job-not-finished', message, { retryAfter: 1, details: { progress } });
}
