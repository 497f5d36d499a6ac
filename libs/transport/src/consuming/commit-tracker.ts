/**
 * What may be committed of a partition while its messages are handled out of order: everything below the lowest
 * message not yet finished. Offsets are started in ascending order; gaps (compaction) are allowed.
 */
export class CommitTracker {
  /** Offset to time of arrival, in the order of their start, which is ascending. */
  private readonly unfinished = new Map<number, number>();

  /** @param position the offset that comes next. */
  constructor(private position: number) {}

  start(offset: number, timestamp: number): void {
    this.unfinished.set(offset, timestamp);
    this.position = offset + 1;
  }

  finish(offset: number): void {
    this.unfinished.delete(offset);
  }

  /** Nothing is left between the last started message and `offset`. */
  skipTo(offset: number): void {
    this.position = Math.max(this.position, offset);
  }

  /** The offset to go on from after a crash: all below it is finished. */
  get committable(): number {
    const [lowest] = this.unfinished.keys();
    return lowest ?? this.position;
  }

  /** Messages started and not finished. */
  get running(): number {
    return this.unfinished.size;
  }

  /** When the oldest of them arrived, in milliseconds since 1970. */
  get oldest(): number | undefined {
    const [oldest] = this.unfinished.values();
    return oldest;
  }
}
