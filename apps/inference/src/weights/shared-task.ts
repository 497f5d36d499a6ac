/** Work that several callers wait for together. It is stopped when all of them have gone. */
export class SharedTask<T> {
  private readonly controller = new AbortController();
  private readonly result: Promise<T>;
  private waiting = 0;

  constructor(run: (signal: AbortSignal) => Promise<T>) {
    this.result = run(this.controller.signal);
    // Each caller gets the error from join; one that comes without a caller is nobody's.
    this.result.catch(() => undefined);
  }

  /** Whether it was stopped, so that a new caller has to start anew. */
  get stopped(): boolean {
    return this.controller.signal.aborted;
  }

  /** @throws what the work throws, or the signal's reason as soon as the signal is aborted */
  async join(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    this.waiting++;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', leave);
    });
    try {
      return await Promise.race([this.result, left]);
    } finally {
      signal?.removeEventListener('abort', leave);
      if (--this.waiting === 0) this.controller.abort();
    }
  }
}
