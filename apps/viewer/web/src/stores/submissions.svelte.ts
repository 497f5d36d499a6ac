import type { JobV1 } from '@kadr/contracts';
import { createJob } from '../lib/api.js';
import type { Pictures } from '../lib/api.js';
import { randomId, sleep } from '../lib/browser.js';
import { plural } from '../lib/format.js';
import { toProblem } from '../lib/problem.js';
import type { Problem } from '../lib/problem.js';
import { jobs } from './jobs.svelte.js';
import { models } from './models.svelte.js';
import { ASKED_THRESHOLD } from './view.svelte.js';

/** An upload on its way: it waits and tries again by itself where the server says that this may help. */
export class Submission {
  readonly id = randomId();
  readonly sentAt = performance.now();
  state = $state<'sending' | 'waiting' | 'failed'>('sending');
  /** How much of the upload is sent, of 1. */
  sent = $state(0);
  problem = $state.raw<Problem | null>(null);
  private readonly abort = new AbortController();

  constructor(
    readonly pictures: Pictures,
    readonly model: string,
  ) {}

  get title(): string {
    if ('urls' in this.pictures) return this.pictures.urls[0];
    const { files } = this.pictures;
    return files.length === 1 ? files[0].name : plural(files.length, 'file');
  }

  /** The job, or nothing when it was cancelled or can't work. */
  async run(): Promise<JobV1 | null> {
    for (;;) {
      try {
        this.state = 'sending';
        this.sent = 0;
        const request = { pictures: this.pictures, model: this.model, threshold: ASKED_THRESHOLD, key: this.id };
        return await createJob(request, this.abort.signal, (part) => (this.sent = part));
      } catch (error) {
        if (this.abort.signal.aborted) return null;
        if (!(await this.mayTryAgain(toProblem(error)))) return null;
      }
    }
  }

  cancel(): void {
    this.abort.abort();
  }

  private async mayTryAgain(problem: Problem): Promise<boolean> {
    this.problem = problem;
    if (problem.retryAfter === undefined) {
      this.state = 'failed';
      return false;
    }
    this.state = 'waiting';
    return sleep(problem.retryAfter * 1000, this.abort.signal).then(
      () => true,
      () => false,
    );
  }
}

class SubmissionsStore {
  list = $state.raw<Submission[]>([]);

  async add(pictures: Pictures): Promise<void> {
    if ('files' in pictures && pictures.files.length === 0) return;
    // What failed before has been read by now.
    const submission = new Submission(pictures, models.selected?.id ?? '');
    this.list = [...this.list.filter(({ state }) => state !== 'failed'), submission];
    const job = await submission.run();
    if (job) {
      this.dismiss(submission);
      jobs.accepted(job, localFiles(pictures), submission.sentAt);
    } else if (submission.state !== 'failed') this.dismiss(submission);
  }

  dismiss(submission: Submission): void {
    submission.cancel();
    this.list = this.list.filter((other) => other !== submission);
  }
}

/** The files in the order of the job's items; none where an archive's pictures take part in the count. */
function localFiles(pictures: Pictures): File[] {
  if (!('files' in pictures)) return [];
  const isArchive = ({ name, type }: File): boolean => /\.zip$/i.test(name) || type.includes('zip');
  return pictures.files.some(isArchive) ? [] : pictures.files;
}

export const submissions = new SubmissionsStore();
