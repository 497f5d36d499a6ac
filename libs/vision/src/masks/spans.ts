import type { RegionMask } from '../types.js';

/** Where something is along one row: first and end, first and end, … ascending, none touching the next. */
export type Spans = number[];

/** The set pixels of each row of a mask's region. Searches are native, so the cost grows with outlines, not areas. */
export function rowSpans({ width, height, data }: RegionMask): Spans[] {
  const rows: Spans[] = Array.from({ length: height }, () => []);
  let at = data.indexOf(1);
  while (at >= 0) {
    const zero = data.indexOf(0, at);
    const end = zero < 0 ? data.length : zero;
    while (at < end) {
      const row = Math.floor(at / width);
      const stop = Math.min(end, (row + 1) * width);
      rows[row].push(at - row * width, stop - row * width);
      at = stop;
    }
    at = zero < 0 ? -1 : data.indexOf(1, zero);
  }
  return rows;
}

/** What lies in both. */
export function commonSpans(a: Spans, b: Spans): Spans {
  const common: Spans = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const from = Math.max(a[i], b[j]);
    const to = Math.min(a[i + 1], b[j + 1]);
    if (from < to) common.push(from, to);
    if (a[i + 1] < b[j + 1]) i += 2;
    else j += 2;
  }
  return common;
}

/** What lies in one of two only: the ends of both in order, less those that they share. */
export function differingSpans(a: Spans, b: Spans): Spans {
  const ends: Spans = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (a[i] === b[j]) {
      i++;
      j++;
    } else if (j >= b.length || a[i] < b[j]) ends.push(a[i++]);
    else ends.push(b[j++]);
  }
  return ends;
}

/** Each span shorter by `margin` at both ends; one that is not longer than that goes. */
export function shrunkSpans(spans: Spans, margin: number): Spans {
  const shrunk: Spans = [];
  for (let i = 0; i < spans.length; i += 2) {
    if (spans[i + 1] - spans[i] > 2 * margin) shrunk.push(spans[i] + margin, spans[i + 1] - margin);
  }
  return shrunk;
}
