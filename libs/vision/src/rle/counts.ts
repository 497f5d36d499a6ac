import type { Runs } from './runs.js';

/**
 * Runs as the text of COCO's compressed RLE: from the fourth run on the difference to the run two before, in signed
 * groups of five bits, lowest first, 32 marks that more follow, 48 is added to each.
 * Source: pycocotools `rleToString`.
 */
export function runsToCounts(runs: Runs): string {
  const codes: number[] = [];
  for (let i = 0; i < runs.length; i++) {
    let value = i > 2 ? runs[i] - runs[i - 2] : runs[i];
    for (;;) {
      const group = value & 31;
      value >>= 5;
      const done = group & 16 ? value === -1 : value === 0;
      codes.push((done ? group : group | 32) + 48);
      if (done) break;
    }
  }
  return textOf(codes);
}

/**
 * Reads what {@link runsToCounts} writes.
 *
 * @throws RangeError on a character that is no RLE, a text that ends within a number, or a negative run
 */
export function countsToRuns(counts: string): Runs {
  const runs: Runs = [];
  for (let at = 0; at < counts.length;) {
    let value = 0;
    let shift = 0;
    let group: number;
    do {
      group = counts.charCodeAt(at) - 48;
      if (!(group >= 0 && group < 64) || shift > 30) throw new RangeError(`RLE counts are damaged at character ${at}`);
      value |= (group & 31) << shift;
      shift += 5;
      at++;
    } while (group & 32);
    if (group & 16 && shift < 32) value |= -1 << shift;
    if (runs.length > 2) value += runs[runs.length - 2];
    if (value < 0) throw new RangeError(`RLE counts have a negative run before character ${at}`);
    runs.push(value);
  }
  return runs;
}

function textOf(codes: number[]): string {
  const chunk = 8192; // well under the engine's bound of arguments
  let text = '';
  for (let at = 0; at < codes.length; at += chunk) text += String.fromCharCode(...codes.slice(at, at + chunk));
  return text;
}
