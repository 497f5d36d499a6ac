import type { Box } from '../types.js';
import { runsToCounts } from './counts.js';
import { eachRun, rleArea, rleRuns, type Rle } from './rle.js';
import type { Runs } from './runs.js';

/**
 * Union or intersection of masks of one picture size, as `pycocotools.mask.merge`.
 *
 * @throws RangeError when there is none, or when sizes differ
 */
export function mergeRles(rles: readonly Rle[], how: 'union' | 'intersection'): Rle {
  if (rles.length === 0) throw new RangeError('there is no mask to merge');
  const [height, width] = rles[0].size;
  for (const { size } of rles) checkSize(size, [height, width]);
  const needed = how === 'union' ? 1 : rles.length;
  const edges = rles.flatMap((rle) => edgesOf(rleRuns(rle))).sort((a, b) => a.at - b.at);
  return { size: [height, width], counts: runsToCounts(runsWhere(edges, needed, width * height)) };
}

/**
 * How much two masks of one picture overlap, 0…1, as `pycocotools.mask.iou`: intersection over union, or over the
 * first's own area when the second is a crowd.
 *
 * @throws RangeError when sizes differ
 */
export function rleIou(a: Rle, b: Rle, crowd = false): number {
  const inner = rleArea(mergeRles([a, b], 'intersection'));
  if (inner === 0) return 0;
  return inner / (crowd ? rleArea(a) : rleArea(a) + rleArea(b) - inner);
}

/** {@link rleIou} for boxes. A box without area overlaps nothing. */
export function boxIou(a: Box, b: Box, crowd = false): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (!(width > 0 && height > 0)) return 0;
  const inner = width * height;
  return inner / (crowd ? a.width * a.height : a.width * a.height + b.width * b.height - inner);
}

interface Edge {
  at: number;
  step: 1 | -1;
}

function edgesOf(runs: Runs): Edge[] {
  const edges: Edge[] = [];
  eachRun(runs, (from, to) => edges.push({ at: from, step: 1 }, { at: to, step: -1 }));
  return edges;
}

/** Runs that are 1 where at least `needed` of the masks are. */
function runsWhere(edges: readonly Edge[], needed: number, total: number): Runs {
  const runs: Runs = [];
  let covered = 0;
  let from = 0;
  for (let i = 0; i < edges.length;) {
    const { at } = edges[i];
    const before = covered >= needed;
    for (; i < edges.length && edges[i].at === at; i++) covered += edges[i].step;
    if (covered >= needed === before || at === total) continue;
    runs.push(at - from);
    from = at;
  }
  runs.push(total - from);
  return runs;
}

function checkSize([height, width]: readonly number[], [wantedHeight, wantedWidth]: readonly number[]): void {
  if (height === wantedHeight && width === wantedWidth) return;
  throw new RangeError(`masks of ${wantedWidth}×${wantedHeight} and ${width}×${height} do not belong together`);
}
