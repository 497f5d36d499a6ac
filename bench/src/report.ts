import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Summary } from './summary.js';

/** One scenario: the bare loop and the whole path, at saturation and one picture at a time. */
export interface Row {
  name: string;
  saturated: Summary;
  idle: Summary;
}

/** Prints what `npm run bench` is for: the rate beside the bare loop's, and what the whole path adds when idle. */
export function printTable(rows: readonly Row[]): void {
  console.table(
    Object.fromEntries(
      rows.map(({ name, saturated, idle }) => [
        name,
        {
          'bare/s': tenths(saturated.bare.perSecond),
          'Kadr/s': tenths(saturated.kadr.perSecond),
          'of bare': `${Math.round(saturated.share * 100)} %`,
          'p50 ms': tenths(saturated.kadr.p50Ms),
          'p99 ms': tenths(saturated.kadr.p99Ms),
          'idle bare p50': tenths(idle.bare.p50Ms),
          'idle p50': tenths(idle.kadr.p50Ms),
          'idle adds': tenths(idle.addedMs),
          'idle p99': tenths(idle.kadr.p99Ms),
        },
      ]),
    ),
  );
}

/** Prints all figures as JSON, and keeps them in `dist/bench.json`. */
export function writeReport(root: string, report: object): void {
  const json = JSON.stringify({ node: process.version, ...report }, null, 2);
  console.log(json);
  writeFileSync(join(root, 'dist/bench.json'), json);
}

export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
