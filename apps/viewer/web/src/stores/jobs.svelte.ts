import type { JobV1 } from '@kadr/contracts';
import { SvelteMap } from 'svelte/reactivity';
import { deleteJob, getJob, listJobs } from '../lib/api.js';
import { isActive, jobTitle } from '../lib/job-facts.js';
import { Live } from '../lib/live.js';
import { Problem, toProblem, UNREACHABLE } from '../lib/problem.js';
import { formatRoute, parseRoute } from '../lib/route.js';
import { OpenJob } from './open-job.svelte.js';
import { system } from './system.svelte.js';
import { view } from './view.svelte.js';

/** The history, and the job that is open. */
class JobsStore {
  history = $state.raw<JobV1[]>([]);
  more = $state<string | null>(null);
  open = $state.raw<OpenJob | null>(null);
  /** What went wrong with something that was asked for here. */
  problem = $state.raw<Problem | null>(null);
  historyProblem = $state.raw<Problem | null>(null);
  /** Names of jobs of one picture: lists of jobs come without their items. */
  private readonly names = new SvelteMap<string, string>();
  private live: Live | null = null;

  get busy(): boolean {
    return this.history.some(isActive);
  }

  /** The open job as a source of frames. */
  get openSource(): string | null {
    return this.open && `job:${this.open.id}`;
  }

  /** Connects, and opens the job that the address names, else the latest one. */
  async start(): Promise<void> {
    this.live = new Live({
      connected: () => {
        system.connection = 'live';
        if (this.problem?.code === UNREACHABLE) this.problem = null;
        void this.refresh();
        void this.open?.load().then(() => this.settle());
      },
      disconnected: () => (system.connection = 'offline'),
      result: (result) => {
        if (result.source.id === this.open?.id) this.open.onResult(result);
      },
      job: (job) => this.onJob(job),
      error: ({ code, detail }) => (this.problem = new Problem(detail, code)),
    });
    window.addEventListener('hashchange', () => this.follow());
    this.follow();
    await this.refresh();
    if (!this.open && this.history.length > 0) this.show(this.history[0].id);
  }

  reconnect(): void {
    this.live?.reconnect();
  }

  /** The newest jobs again; older ones that were loaded stay. */
  async refresh(): Promise<void> {
    try {
      const page = await listJobs();
      const oldest = page.jobs.at(-1)?.id;
      const at = this.history.findIndex(({ id }) => id === oldest);
      const older = page.next !== null && at >= 0 ? this.history.slice(at + 1) : [];
      this.history = [...page.jobs, ...older];
      if (older.length === 0) this.more = page.next;
      this.historyProblem = null;
      await this.learnNames();
    } catch (error) {
      this.historyProblem = toProblem(error);
    }
  }

  title(job: JobV1): string {
    return this.names.get(job.id) ?? jobTitle(job);
  }

  async loadMore(): Promise<void> {
    if (this.more === null) return;
    const page = await listJobs(this.more);
    const known = new Set(this.history.map(({ id }) => id));
    this.history = [...this.history, ...page.jobs.filter(({ id }) => !known.has(id))];
    this.more = page.next;
    await this.learnNames();
  }

  /** Opens a job that has just been sent. */
  accepted(job: JobV1, files: File[], sentAt: number): void {
    this.learnName(job);
    this.history = [job, ...this.history.filter(({ id }) => id !== job.id)];
    this.show(job.id, 0, new OpenJob(job.id, 0, files, sentAt));
  }

  show(id: string, item = 0, fresh?: OpenJob): void {
    if (this.open?.id === id) return this.select(item);
    this.open?.close();
    view.clear();
    const open = fresh ?? new OpenJob(id, item);
    this.open = open;
    this.writeRoute();
    // One that has just been sent is watched from its first result on; for others see settle().
    if (fresh) this.live?.watch(`job:${id}`);
    else this.live?.unwatch();
    void open.load().then(() => this.settle());
  }

  select(item: number): void {
    if (!this.open) return;
    view.clear();
    this.open.select(item);
    this.writeRoute();
  }

  /** Frames of the open job may be on their way once more: what comes of them is seen, though the job has ended. */
  watchReplay(): void {
    if (this.openSource !== null) this.live?.watch(this.openSource);
  }

  /** Cancels an active job, removes one that has ended. */
  async remove(job: JobV1): Promise<void> {
    const active = isActive(job);
    await deleteJob(job.id);
    if (active) await this.reload(job.id);
    else this.forget(job.id);
    await this.refresh();
  }

  private async learnNames(): Promise<void> {
    const unknown = this.history.filter(({ id, progress }) => progress.total === 1 && !this.names.has(id));
    const found = await Promise.allSettled(unknown.map(({ id }) => getJob(id)));
    // One that has just been removed has no name to learn.
    for (const job of found) if (job.status === 'fulfilled') this.learnName(job.value);
  }

  private learnName(job: JobV1): void {
    if (job.items?.length === 1) this.names.set(job.id, jobTitle(job, job.items));
  }

  private async reload(id: string): Promise<void> {
    if (this.open?.id === id) await this.open.load();
    else this.replace(await getJob(id));
  }

  private forget(id: string): void {
    this.history = this.history.filter((job) => job.id !== id);
    if (this.open?.id !== id) return;
    this.open.close();
    this.open = null;
    this.live?.unwatch();
    history.replaceState(null, '', location.pathname + location.search);
    if (this.history.length > 0) this.show(this.history[0].id);
  }

  private onJob(job: JobV1): void {
    this.replace(job);
    const open = this.open;
    if (open?.id !== job.id) return;
    const failed = open.job?.progress.failed ?? 0;
    open.onJob(job);
    // Messages carry no items: which ones failed, and why, is asked for.
    if (job.progress.failed > failed || !isActive(job)) void open.load().then(() => this.settle());
  }

  /** Once a job's state is known: what is to come is watched, what there is already is fetched. */
  private async settle(): Promise<void> {
    const open = this.open;
    if (!open?.job) return;
    this.replace(open.job);
    if (isActive(open.job)) this.live?.watch(`job:${open.id}`);
    else await open.loadResults();
  }

  private replace(job: JobV1): void {
    this.history = this.history.map((known) => (known.id === job.id ? job : known));
  }

  private follow(): void {
    const route = parseRoute(location.hash);
    if (route) this.show(route.job, route.item);
  }

  private writeRoute(): void {
    if (!this.open) return;
    const hash = formatRoute({ job: this.open.id, item: this.open.item });
    if (location.hash !== hash) history.replaceState(null, '', hash);
  }
}

export const jobs = new JobsStore();
