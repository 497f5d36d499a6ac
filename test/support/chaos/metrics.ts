/** One reading of `/metrics`. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** All readings of a metric at this moment, of those that have `labels`. */
export async function readSamples(url: string, metric: string, labels: Record<string, string> = {}): Promise<Sample[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.matchAll(new RegExp(`^${metric}(?:\\{(.*)\\})? (\\S+)$`, 'gm'));
  return [...lines]
    .map(([, inner = '', value]) => ({ labels: labelsOf(inner), value: Number(value) }))
    .filter(has(labels));
}

/** Their sum. */
export async function readMetric(url: string, metric: string, labels: Record<string, string> = {}): Promise<number> {
  return (await readSamples(url, metric, labels)).reduce((sum, { value }) => sum + value, 0);
}

function labelsOf(inner: string): Record<string, string> {
  return Object.fromEntries([...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

function has(labels: Record<string, string>): (sample: Sample) => boolean {
  return (sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
}
