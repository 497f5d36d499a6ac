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

/** The value below which `share` of the sorted ones are. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
