import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';

/** How many bytes may still pass; streams that share one share its limit. */
export interface ByteBudget {
  left: number;
}

/** Passes bytes through and fails with `tooMany()` as soon as `budget` is used up: what comes after is never written. */
export class ByteLimiter extends Transform {
  /** Bytes passed so far. */
  passed = 0;

  constructor(
    private readonly budget: ByteBudget,
    private readonly tooMany: () => Error,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.passed += chunk.length;
    this.budget.left -= chunk.length;
    if (this.budget.left < 0) done(this.tooMany());
    else done(null, chunk);
  }
}
