import type { Lane } from '@kadr/contracts';

/** Frames of one model that wait for a worker, in two lanes. */
export class ModelQueue<T> {
  private readonly lanes: Record<Lane, { item: T; since: number }[]> = { live: [], batch: [] };

  /** @param batch most frames in one run, and how long to wait for more of them, in milliseconds */
  constructor(
    readonly model: string,
    private readonly batch: { max: number; delayMs: number },
  ) {}

  add(lane: Lane, item: T, now: number): void {
    this.lanes[lane].push({ item, since: now });
  }

  has(lane: Lane): boolean {
    return this.lanes[lane].length > 0;
  }

  get length(): number {
    return this.lanes.live.length + this.lanes.batch.length;
  }

  /** When the frames that wait may run: now when there are enough of them, else once the oldest has waited long enough. */
  dueAt(now: number): number {
    if (this.length >= this.batch.max) return now;
    const oldest = [this.lanes.live[0], this.lanes.batch[0]].flatMap((entry) => (entry ? [entry.since] : []));
    return Math.min(...oldest) + this.batch.delayMs;
  }

  /** Takes up to `most` frames, and no more than the model's largest run, each from the lane that `turn` names. */
  take(most: number, turn: (waiting: (lane: Lane) => boolean) => Lane): T[] {
    const items: T[] = [];
    while (items.length < Math.min(most, this.batch.max) && this.length > 0) {
      const taken = this.lanes[turn((lane) => this.has(lane))].shift();
      if (taken) items.push(taken.item);
    }
    return items;
  }
}
