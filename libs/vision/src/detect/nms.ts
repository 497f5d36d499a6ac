/**
 * Greedy non-maximum suppression, as `torchvision.ops.nms`: candidates in descending score, equal scores by index;
 * a candidate goes when its IoU with one kept before is strictly greater than the threshold, in float32.
 * Candidates with a NaN score or coordinate are dropped.
 *
 * @param boxes `[n, 4]` x1, y1, x2, y2
 * @param scores `[n]`
 * @returns indices kept, in descending score
 */
export function nms(boxes: Float32Array, scores: Float32Array, iouThreshold: number): Uint32Array {
  return Uint32Array.from(suppress(boxes, byScore(boxes, scores), iouThreshold));
}

/**
 * {@link nms} class by class, merged: descending score, equal scores by index. Boxes of different classes never
 * suppress each other, whatever their coordinates (the offset trick of other libraries does not promise that).
 *
 * @param boxes `[n, 4]` x1, y1, x2, y2
 * @param scores `[n]`
 * @param classes `[n]`
 * @param limit the most candidates to keep, the best first
 */
export function nmsByClass(
  boxes: Float32Array,
  scores: Float32Array,
  classes: ArrayLike<number>,
  iouThreshold: number,
  limit = Number.POSITIVE_INFINITY,
): Uint32Array {
  const members = new Map<number, number[]>();
  for (const index of byScore(boxes, scores)) {
    const known = members.get(classes[index]);
    if (known) known.push(index);
    else members.set(classes[index], [index]);
  }
  const kept: number[] = [];
  for (const indices of members.values()) {
    for (const index of suppress(boxes, indices, iouThreshold)) kept.push(index);
  }
  kept.sort((a, b) => scores[b] - scores[a] || a - b);
  return Uint32Array.from(kept.slice(0, Math.max(0, limit)));
}

function byScore(boxes: Float32Array, scores: Float32Array): number[] {
  if (boxes.length !== scores.length * 4) {
    throw new RangeError(`${scores.length} scores need ${scores.length * 4} box coordinates, not ${boxes.length}`);
  }
  const usable: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const sum = boxes[i * 4] + boxes[i * 4 + 1] + boxes[i * 4 + 2] + boxes[i * 4 + 3];
    if (!Number.isNaN(scores[i]) && !Number.isNaN(sum)) usable.push(i);
  }
  return usable.sort((a, b) => scores[b] - scores[a] || a - b);
}

function suppress(boxes: Float32Array, order: number[], iouThreshold: number): number[] {
  const { fround } = Math;
  const n = order.length;
  const sorted = new Float32Array(n * 4);
  const areas = new Float32Array(n);
  order.forEach((index, i) => {
    const [x1, y1, x2, y2] = boxes.subarray(index * 4, index * 4 + 4);
    sorted.set([x1, y1, x2, y2], i * 4);
    areas[i] = fround(x2 - x1) * fround(y2 - y1);
  });
  const gone = new Uint8Array(n);
  const kept: number[] = [];
  for (let i = 0; i < n; i++) {
    if (gone[i]) continue;
    kept.push(order[i]);
    const [x1, y1, x2, y2] = sorted.subarray(i * 4, i * 4 + 4);
    for (let j = i + 1; j < n; j++) {
      if (gone[j]) continue;
      const at = j * 4;
      const width = fround(Math.min(x2, sorted[at + 2]) - Math.max(x1, sorted[at]));
      if (width <= 0) continue;
      const height = fround(Math.min(y2, sorted[at + 3]) - Math.max(y1, sorted[at + 1]));
      if (height <= 0) continue;
      const inner = fround(width * height);
      if (fround(inner / fround(fround(areas[i] + areas[j]) - inner)) > iouThreshold) gone[j] = 1;
    }
  }
  return kept;
}
