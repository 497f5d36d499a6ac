import type { JobItemV1, JobV1, LiveResult, ResultV1 } from '@kadr/contracts';
import { SvelteMap } from 'svelte/reactivity';
import { getJob, listResults, pictureUrl } from '../lib/api.js';
import { isActive } from '../lib/job-facts.js';
import { toProblem } from '../lib/problem.js';
import type { Problem } from '../lib/problem.js';

/** The job on the page: its state, its results as they come, and the picture looked at. */
export class OpenJob {
  job = $state.raw<JobV1 | null>(null);
  items = $state.raw<JobItemV1[]>([]);
  item = $state(0);
  problem = $state.raw<Problem | null>(null);
  /** Time from sending until the first result was here, for a job sent from this page. */
  seenAfterMs = $state<number | null>(null);
  readonly results = new SvelteMap<number, ResultV1>();
  private readonly local: string[];
  private closed = false;
  private stale = false;
  private loading: Promise<void> | null = null;

  constructor(
    readonly id: string,
    item: number,
    files: File[] = [],
    private readonly sentAt: number | null = null,
  ) {
    this.item = item;
    this.local = files.map((file) => URL.createObjectURL(file));
  }

  get result(): ResultV1 | undefined {
    return this.results.get(this.item);
  }

  get currentItem(): JobItemV1 | undefined {
    return this.items[this.item];
  }

  /** The picture's address: the file itself where this page sent it, so that it is seen at once. */
  picture(sequence: number): string {
    return this.local[sequence] ?? pictureUrl(this.id, sequence);
  }

  /** Asks for the job and its items; once more at the end when it is called again meanwhile. */
  async load(): Promise<void> {
    this.stale = true;
    this.loading ??= this.loadWhileStale().finally(() => (this.loading = null));
    await this.loading;
  }

  onResult(result: LiveResult): void {
    if (this.results.size === 0 && this.sentAt !== null) this.seenAfterMs = performance.now() - this.sentAt;
    this.add(result);
    if (this.items[result.sequence]?.state === 'queued') this.setState(result.sequence, 'done');
  }

  /** Takes a job's newer state; one without items keeps the items known. */
  onJob(job: JobV1): void {
    if (job.items) this.items = job.items;
    this.job = job;
  }

  /** Fetches what a finished job has and the socket has not brought. */
  async loadResults(): Promise<void> {
    const job = this.job;
    if (!job || isActive(job)) return;
    try {
      let cursor: string | null | undefined;
      while (!this.closed && cursor !== null && this.results.size < job.progress.done) {
        const page = await listResults(job, cursor);
        for (const result of page.results) this.add(result);
        cursor = page.next;
      }
    } catch (error) {
      this.problem = toProblem(error);
    }
  }

  select(item: number): void {
    this.item = Math.min(Math.max(0, item), Math.max(0, this.items.length - 1));
  }

  close(): void {
    this.closed = true;
    for (const url of this.local) URL.revokeObjectURL(url);
  }

  private async loadWhileStale(): Promise<void> {
    while (this.stale && !this.closed) {
      this.stale = false;
      try {
        this.onJob(await getJob(this.id));
        this.problem = null;
      } catch (error) {
        this.problem = toProblem(error);
      }
    }
  }

  /** Keeps the first of two equal results: the object looked at is one of its objects. */
  private add(result: ResultV1): void {
    if (!this.results.has(result.sequence)) this.results.set(result.sequence, result);
  }

  private setState(sequence: number, state: JobItemV1['state']): void {
    const { name } = this.items[sequence];
    this.items = this.items.with(sequence, { sequence, name, state });
  }
}
