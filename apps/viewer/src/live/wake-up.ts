/** Lets one loop sleep until something happens. A call while it is awake ends its next sleep at once. */
export class WakeUp {
  private called = false;
  private waiting: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  call(): void {
    this.called = true;
    this.waiting?.();
  }

  /** Calls after `ms` milliseconds, unless it is to do so already. */
  callAfter(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.call();
    }, ms);
  }

  async sleep(): Promise<void> {
    if (!this.called) await new Promise<void>((resolve) => (this.waiting = resolve));
    this.called = false;
    this.waiting = undefined;
  }

  /** Ends a sleep and the timer. */
  close(): void {
    clearTimeout(this.timer);
    this.call();
  }
}
