/** Queues of jobs, served in turn: a job of one picture does not wait behind a job of a thousand. */
export class FairQueue<T extends { jobId: string }> {
  private readonly queues = new Map<string, T[]>();

  get isEmpty(): boolean {
    return this.queues.size === 0;
  }

  /** Jobs with something in their queue. */
  get jobs(): string[] {
    return [...this.queues.keys()];
  }

  add(items: readonly T[]): void {
    for (const item of items) {
      const queue = this.queues.get(item.jobId);
      if (queue) queue.push(item);
      else this.queues.set(item.jobId, [item]);
    }
  }

  /** The next item of the job whose turn it is, among those that `mayGo`. */
  next(mayGo: (jobId: string) => boolean): T | undefined {
    for (const [jobId, queue] of this.queues) {
      if (!mayGo(jobId)) continue;
      const item = queue.shift();
      // To the end of the line, or out of it.
      this.queues.delete(jobId);
      if (queue.length > 0) this.queues.set(jobId, queue);
      return item;
    }
    return undefined;
  }

  /** Takes all that is left of a job. */
  take(jobId: string): T[] {
    const queue = this.queues.get(jobId) ?? [];
    this.queues.delete(jobId);
    return queue;
  }
}
