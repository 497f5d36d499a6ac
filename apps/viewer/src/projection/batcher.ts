import { toAppError } from '@kadr/errors';

/** Most items handed on at once. */
const LARGEST = 200;

interface Waiting<T> {
  item: T;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Lets concurrent calls share one write: what comes while one is under way makes up the next, so a quiet time costs no
 * delay and a busy one few writes. Whoever adds bounds how much waits.
 */
export class Batcher<T> {
  private waiting: Waiting<T>[] = [];
  private writing = false;

  constructor(private readonly write: (items: T[]) => Promise<void>) {}

  /** Settles as the write did that `item` was part of. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.writing) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) await this.settle(this.waiting.splice(0, LARGEST));
    this.writing = false;
  }

  /**
   * Never rejects. The items of a batch that fails are tried one by one, so that only those at fault do; unless what the
   * write needs is away, when each would fare as all did.
   */
  private async settle(batch: Waiting<T>[]): Promise<void> {
    try {
      await this.write(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 1 || toAppError(error).waits) for (const { reject } of batch) reject(error);
      else for (const one of batch) await this.settle([one]);
    }
  }
}
