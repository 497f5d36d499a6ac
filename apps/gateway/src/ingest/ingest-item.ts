import type { JobOptionsV1 } from '@kadr/contracts';

/** What the items of a job share. */
export interface JobOfItem {
  jobId: string;
  model: string;
  options: JobOptionsV1;
}

/** A picture of a job: a file, a URL, or why it is neither. */
export interface ItemOfJob {
  sequence: number;
  name: string;
  blob?: string;
  url?: string;
  error?: { code: string; detail: string };
}

/** A picture that is to become a frame, or a failure. */
export type IngestItem = JobOfItem & ItemOfJob;
