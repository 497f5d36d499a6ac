import type { Lane } from '@kadr/contracts';
import { LaneTurns } from './lane-turns.js';
import { ModelQueue } from './model-queue.js';

/** Frames of one model for one run. */
export interface Batch<T> {
  model: string;
  items: T[];
}

/**
 * Decides what runs next when a worker is free: live frames before batch ones (which keep one slot in four), models in
 * turn, as many frames of a model in one run as wait and its batch size allows, shared out among the workers. It is
 * bounded by its callers: each frame in it is held by a handler of the bus, whose number is bounded.
 */
export class MicroBatcher<T> {
  private readonly queues = new Map<string, ModelQueue<T>>();
  private readonly turns = new LaneTurns();

  /** @param workers among how many the frames that wait are shared out */
  constructor(private readonly workers: number) {}

  /** Makes a model known. */
  register(model: string, batch: { max: number; delayMs: number }): void {
    if (!this.queues.has(model)) this.queues.set(model, new ModelQueue(model, batch));
  }

  /** @throws Error when the model is not registered */
  add(model: string, lane: Lane, item: T, now: number): void {
    const queue = this.queues.get(model);
    if (!queue) throw new Error(`${model} is not registered with the batcher`);
    queue.add(lane, item, now);
  }

  /** What to run now, if anything is due. */
  take(now: number): Batch<T> | undefined {
    const due = [...this.queues.values()].filter((queue) => queue.length > 0 && queue.dueAt(now) <= now);
    if (due.length === 0) return undefined;
    const lane = this.turns.next((wanted) => due.some((queue) => queue.has(wanted)));
    const queue = due.find((candidate) => candidate.has(lane)) ?? due[0];
    this.moveToEnd(queue);
    const share = Math.ceil(queue.length / this.workers);
    return { model: queue.model, items: queue.take(share, (waiting) => this.turns.take(waiting)) };
  }

  /** When the next frames become due, if any wait. */
  nextDue(now: number): number | undefined {
    const waiting = [...this.queues.values()].filter(({ length }) => length > 0);
    return waiting.length === 0 ? undefined : Math.min(...waiting.map((queue) => queue.dueAt(now)));
  }

  /** A model that was served is the last to be served again. */
  private moveToEnd(queue: ModelQueue<T>): void {
    this.queues.delete(queue.model);
    this.queues.set(queue.model, queue);
  }
}
