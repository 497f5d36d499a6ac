/** Memory for a network's input that is used again in the next run: what V8 need not collect, it need not look for. */
export class Scratch {
  private data = new Float32Array(0);

  /** The first `length` elements, with whatever the last user left in them. */
  take(length: number): Float32Array {
    if (this.data.length < length) this.data = new Float32Array(length);
    return this.data.subarray(0, length);
  }
}
