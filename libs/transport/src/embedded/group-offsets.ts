/** The committed offsets of a topic's groups. */
export class GroupOffsets {
  private readonly groups = new Map<string, number[]>();

  set(group: string, offsets: readonly number[]): void {
    this.groups.set(group, [...offsets]);
  }

  commit(group: string, partition: number, offset: number): void {
    const offsets = this.groups.get(group);
    if (offsets) offsets[partition] = offset;
  }

  get(group: string): readonly number[] | undefined {
    return this.groups.get(group);
  }

  forget(group: string): void {
    this.groups.delete(group);
  }

  get size(): number {
    return this.groups.size;
  }

  /** The offset below which every group has finished; Infinity when there is no group. */
  finishedBelow(partition: number): number {
    let lowest = Infinity;
    for (const offsets of this.groups.values()) lowest = Math.min(lowest, offsets[partition]);
    return lowest;
  }
}
