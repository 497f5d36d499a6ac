import type { JobKind, JobOptionsV1 } from '@kadr/contracts';

/** A picture of a job to be: a blob, a URL, or why it is neither. */
export interface NewJobItem {
  /** From 0, without gaps. */
  sequence: number;
  name: string;
  blob?: string;
  url?: string;
  error?: { code: string; detail: string };
}

/** A job to be. */
export interface NewJob {
  /** A UUIDv7: jobs are listed by it, newest first. */
  id: string;
  kind: JobKind;
  model: string;
  options: JobOptionsV1;
  createdAt: string;
  items: NewJobItem[];
  /** The gateway that publishes the pictures; left out, whichever comes first. */
  owner?: string;
  idempotency?: { key: string; fingerprint: string };
}
