import { Injectable } from '@nestjs/common';
import type { JobV1 } from '@kadr/contracts';

/** Who wants to know what happens to a job. */
export interface Watcher {
  /** There are new results, or the job has changed; `job` is newer than any before. */
  onJob(job: JobV1): void;
  /** The job is gone. */
  onRemoved(): void;
}

/** Passes what happens to jobs on to those who watch them through this process. */
@Injectable()
export class LiveHub {
  private readonly watchers = new Map<string, Set<Watcher>>();

  watch(jobId: string, watcher: Watcher): void {
    const found = this.watchers.get(jobId);
    if (found) found.add(watcher);
    else this.watchers.set(jobId, new Set([watcher]));
  }

  unwatch(jobId: string, watcher: Watcher): void {
    const found = this.watchers.get(jobId);
    found?.delete(watcher);
    if (found?.size === 0) this.watchers.delete(jobId);
  }

  notify(job: JobV1): void {
    for (const watcher of this.watchers.get(job.id) ?? []) watcher.onJob(job);
  }

  removed(jobId: string): void {
    for (const watcher of this.watchers.get(jobId) ?? []) watcher.onRemoved();
  }
}
