/** Candidates of a detector, not yet suppressed: which row of the output, which class, which score. */
export interface Candidates {
  rows: Uint32Array;
  classes: Uint32Array;
  scores: Float32Array;
}

/**
 * The classes that reach the threshold, row by row. NaN never does.
 *
 * @param scores `[n, classes]` probabilities
 * @param firstClass classes before it (SSD's background, 0) are not looked at
 */
export function pickCandidates(scores: Float32Array, classes: number, threshold: number, firstClass = 1): Candidates {
  const found: number[] = [];
  for (let row = 0; row < scores.length; row += classes) {
    for (let i = row + firstClass; i < row + classes; i++) if (scores[i] >= threshold) found.push(i);
  }
  return {
    rows: Uint32Array.from(found, (i) => Math.floor(i / classes)),
    classes: Uint32Array.from(found, (i) => i % classes),
    scores: Float32Array.from(found, (i) => scores[i]),
  };
}

/** Box code scales of TensorFlow's object detection models: centre y, centre x, height, width. */
const CODE_SCALE = [10, 10, 5, 5] as const;

/**
 * Decodes SSD boxes for chosen rows.
 * Source: TensorFlow object detection API, `FasterRcnnBoxCoder`.
 *
 * @param codes `[n, 4]` y, x, height, width relative to the anchors
 * @param anchors `[n, 4]` ymin, xmin, ymax, xmax, normalised to 0…1
 * @param rows which of the n
 * @returns `[rows, 4]` x1, y1, x2, y2, normalised to 0…1; a box may leave the picture
 */
export function decodeSsd(codes: Float32Array, anchors: Float32Array, rows: ArrayLike<number>): Float32Array {
  const boxes = new Float32Array(rows.length * 4);
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * 4;
    const anchorHeight = anchors[at + 2] - anchors[at];
    const anchorWidth = anchors[at + 3] - anchors[at + 1];
    const y = (codes[at] / CODE_SCALE[0]) * anchorHeight + anchors[at] + anchorHeight / 2;
    const x = (codes[at + 1] / CODE_SCALE[1]) * anchorWidth + anchors[at + 1] + anchorWidth / 2;
    const height = Math.exp(codes[at + 2] / CODE_SCALE[2]) * anchorHeight;
    const width = Math.exp(codes[at + 3] / CODE_SCALE[3]) * anchorWidth;
    boxes.set([x - width / 2, y - height / 2, x + width / 2, y + height / 2], i * 4);
  }
  return boxes;
}
