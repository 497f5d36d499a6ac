/** Which picture the address names: `#job=<id>&item=<n>`. */
export interface Route {
  job: string;
  item: number;
}

export function parseRoute(hash: string): Route | undefined {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const job = parameters.get('job');
  const item = Number(parameters.get('item') ?? 0);
  return job ? { job, item: Number.isSafeInteger(item) && item >= 0 ? item : 0 } : undefined;
}

export function formatRoute({ job, item }: Route): string {
  return `#${new URLSearchParams({ job, item: String(item) }).toString()}`;
}
