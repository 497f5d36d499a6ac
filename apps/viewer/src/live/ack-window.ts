/**
 * How far a client that acknowledges may fall behind. One that never does is bounded by its connection alone; from the
 * first acknowledgement on, at most `size` results are without one.
 */
export class AckWindow {
  private readonly unacknowledged = new Set<number>();
  private acknowledges = false;

  constructor(private readonly size: number) {}

  /** How many more results may be sent. */
  get room(): number {
    return this.acknowledges ? Math.max(0, this.size - this.unacknowledged.size) : this.size;
  }

  sent(sequence: number): void {
    this.unacknowledged.add(sequence);
    if (this.acknowledges) return;
    // Of a client that may never acknowledge, only what a window holds is remembered.
    const [oldest] = this.unacknowledged;
    if (this.unacknowledged.size > this.size) this.unacknowledged.delete(oldest);
  }

  acknowledge(sequence: number): void {
    this.acknowledges = true;
    this.unacknowledged.delete(sequence);
  }
}
