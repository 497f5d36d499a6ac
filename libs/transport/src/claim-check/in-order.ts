/** Lets steps that need time beforehand happen in the order in which they were asked for, by lane. */
export class InOrder {
  private readonly tails = new Map<string, Promise<unknown>>();

  /**
   * Runs `step` with the outcome of `ready`, after all steps of `lane` asked for before; at once, in the same call, when
   * there is nothing to wait for.
   */
  run<T>(lane: string, ready: Promise<T> | T, step: (outcome: T) => Promise<void>): Promise<void> {
    const before = this.tails.get(lane);
    if (!before && !(ready instanceof Promise)) return step(ready);
    let done: Promise<void> | undefined;
    // The lane goes on when the step has begun, not when it has ended.
    const begun = Promise.all([ready, before]).then(([outcome]) => {
      done = step(outcome);
    });
    // One that fails early must not let the next one overtake those before it.
    const tail = Promise.allSettled([before, begun]).finally(() => {
      if (this.tails.get(lane) === tail) this.tails.delete(lane);
    });
    this.tails.set(lane, tail);
    return begun.then(() => done);
  }
}
