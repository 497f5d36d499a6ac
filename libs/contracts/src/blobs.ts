/** Keys of blobs that several parts name (`blob:<key>` in `dataref`). */
export const BLOBS = {
  /** A job's picture as frames carry it: upright sRGB JPEG. */
  picture: (jobId: string, sequence: number): string => `jobs/${jobId}/pictures/${sequence}.jpg`,
  /** A job's file as it was uploaded, until it has been normalised. */
  upload: (jobId: string, sequence: number): string => `jobs/${jobId}/uploads/${sequence}`,
  /** A job's picture with its objects drawn in. */
  annotated: (jobId: string, sequence: number): string => `jobs/${jobId}/annotated/${sequence}.jpg`,
  /** The original bytes of a dead letter. */
  deadLetter: (id: string): string => `dead-letters/${id}`,
  /** Everything of a job. */
  job: (jobId: string): string => `jobs/${jobId}`,
} as const;
