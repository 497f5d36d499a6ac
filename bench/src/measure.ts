/** What a closed loop of `concurrency` callers reached. */
export interface Figures {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Calls `once` from `concurrency` callers, each as soon as its last call is answered, for about `seconds`. */
export async function measure(once: () => Promise<void>, concurrency: number, seconds: number): Promise<Figures> {
  const times: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now();
      await once();
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const elapsed = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  return { perSecond: times.length / elapsed, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

/** The median of several measurements, figure by figure. */
export function median(all: readonly Figures[]): Figures {
  const middle = (read: (figures: Figures) => number): number =>
    quantile(
      all.map(read).sort((a, b) => a - b),
      0.5,
    );
  return {
    perSecond: middle(({ perSecond }) => perSecond),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
  };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
