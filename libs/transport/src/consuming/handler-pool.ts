import type { Turn } from './turn.js';

/** Where handlers come from: partitions of a topic. */
export interface HandlerSource<Partition> {
  /** Looked at in turn. */
  partitions(): readonly Partition[];
  /** Starts the handler of the partition's next message, if there is one; `room` is how many may be started at most. */
  startNext(partition: Partition, room: number): Promise<void> | undefined;
}

/**
 * Runs handlers of a topic's messages: in the order of their partition, partitions in turn, at most `limit` at once, and
 * never for so long in one turn of the event loop that timers and sockets would starve.
 */
export class HandlerPool<Partition> {
  private readonly running = new Set<Promise<void>>();
  private turnOf = 0;
  private awake = false;
  private held = false;

  constructor(
    private readonly limit: number,
    private readonly turn: Turn,
    private readonly source: HandlerSource<Partition>,
  ) {}

  /** Handlers running now. */
  get inFlight(): number {
    return this.running.size;
  }

  /** Starts no handler until {@link release}. */
  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    this.wake();
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Looks for messages, soon: in a microtask, so that a publisher is never held up by its readers. */
  wake(): void {
    if (this.awake) return;
    this.awake = true;
    queueMicrotask(() => this.pump());
  }

  private pump(): void {
    this.awake = false;
    while (!this.held && this.running.size < this.limit) {
      if (this.turn.isOver) {
        this.awake = true;
        setImmediate(() => this.pump());
        return;
      }
      if (!this.startNext()) return;
    }
  }

  /** Starts the next message of the partition whose turn it is; false when there is none anywhere. */
  private startNext(): boolean {
    const partitions = this.source.partitions();
    for (let tried = 0; tried < partitions.length; tried++) {
      const partition = partitions[this.turnOf++ % partitions.length];
      const started = this.source.startNext(partition, this.limit - this.running.size);
      if (!started) continue;
      const run = started.finally(() => {
        this.running.delete(run);
        this.wake();
      });
      this.running.add(run);
      return true;
    }
    return false;
  }
}
