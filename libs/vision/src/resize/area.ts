import type { RgbImage } from '../types.js';

/** Which sources one target covers along an axis: whole ones inside, the first and last perhaps in part. */
interface Spans {
  first: Int32Array;
  last: Int32Array;
  firstWeight: Float32Array;
  lastWeight: Float32Array;
}

/**
 * Shrinks a part of a picture by averaging what each new pixel covers (OpenCV's `INTER_AREA`), rounded to whole levels.
 * An axis that would grow is not meant for this: {@link resizeRgb} interpolates.
 *
 * @param left @param top first column and row of the part, whole, inside the picture
 */
export function shrinkArea(
  image: RgbImage,
  left: number,
  top: number,
  partWidth: number,
  partHeight: number,
  width: number,
  height: number,
): RgbImage {
  const data = new Uint8Array(width * height * 3);
  const columns = spansOf(partWidth, width);
  const rows = spansOf(partHeight, height);
  const scale = (width * height) / (partWidth * partHeight);
  const sums = new Float32Array(partWidth * 3);
  for (let y = 0; y < height; y++) {
    sumRows(sums, image, left, top, rows, y);
    sumColumns(sums, columns, scale, data, y * width * 3);
  }
  return { data, width, height };
}

/** Sums the rows that one target row covers, four at a time: fewer passes over the sums than one by one. */
function sumRows(sums: Float32Array, image: RgbImage, left: number, top: number, rows: Spans, y: number): void {
  const [first, last] = [rows.first[y], rows.last[y]];
  const weightOf = (row: number): number => {
    if (row > last) return 0;
    if (row === first) return rows.firstWeight[y];
    return row === last ? rows.lastWeight[y] : 1;
  };
  const startOf = (row: number): number => ((top + Math.min(row, last)) * image.width + left) * 3;
  sums.fill(0);
  for (let row = first; row <= last; row += 4) {
    const group = [row, row + 1, row + 2, row + 3];
    addRows(sums, image.data, group.map(startOf), group.map(weightOf));
  }
}

function addRows(sums: Float32Array, data: Uint8Array, [a, b, c, d]: number[], [u, v, w, x]: number[]): void {
  for (let i = 0; i < sums.length; i++) {
    sums[i] += data[a + i] * u + data[b + i] * v + data[c + i] * w + data[d + i] * x;
  }
}

function sumColumns(sums: Float32Array, columns: Spans, scale: number, out: Uint8Array, at: number): void {
  const { first, last, firstWeight, lastWeight } = columns;
  for (let x = 0; x < first.length; x++) {
    let i = first[x] * 3;
    let weight = firstWeight[x];
    let red = sums[i] * weight;
    let green = sums[i + 1] * weight;
    let blue = sums[i + 2] * weight;
    const end = last[x] * 3;
    for (i += 3; i < end; i += 3) {
      red += sums[i];
      green += sums[i + 1];
      blue += sums[i + 2];
    }
    if (i === end) {
      weight = lastWeight[x];
      red += sums[i] * weight;
      green += sums[i + 1] * weight;
      blue += sums[i + 2] * weight;
    }
    out[at + x * 3] = red * scale + 0.5;
    out[at + x * 3 + 1] = green * scale + 0.5;
    out[at + x * 3 + 2] = blue * scale + 0.5;
  }
}

function spansOf(source: number, target: number): Spans {
  const spans: Spans = {
    first: new Int32Array(target),
    last: new Int32Array(target),
    firstWeight: new Float32Array(target),
    lastWeight: new Float32Array(target),
  };
  for (let i = 0; i < target; i++) {
    const from = (i * source) / target;
    const to = ((i + 1) * source) / target;
    const first = Math.min(source - 1, Math.floor(from));
    // An edge that rounding puts a hair past a pixel's does not touch the next pixel.
    const last = Math.max(first, Math.min(source - 1, Math.ceil(to - 1e-6) - 1));
    spans.first[i] = first;
    spans.last[i] = last;
    spans.firstWeight[i] = Math.min(first + 1, to) - from;
    spans.lastWeight[i] = to - last;
  }
  return spans;
}
