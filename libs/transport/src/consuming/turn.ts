/** Longest stretch of handlers started without a pause, in milliseconds. */
const SLICE_MS = 5;

/**
 * Measures one turn of the event loop. Handlers that finish without waiting would otherwise run a whole backlog in
 * microtasks, and timers and sockets would starve.
 */
export class Turn {
  private began: number | undefined;

  /** True when this turn has lasted long enough and the rest should wait for the next one. */
  get isOver(): boolean {
    if (this.began === undefined) {
      this.began = performance.now();
      setImmediate(() => {
        this.began = undefined;
      });
      return false;
    }
    return performance.now() - this.began > SLICE_MS;
  }
}
