/** Points of the outlines of a mask at every pixel they pass, in pixels of its region; `next[i]` follows point i. */
export interface OutlinePoints {
  x: number[];
  y: number[];
  next: number[];
}

/** One closed outline: its first point, and whether it goes around a hole. */
export interface Ring {
  first: number;
  hole: boolean;
}

/**
 * Joins each hole's outline to one around it, by a cut from the hole's leftmost edge straight to the left: there and
 * back along one line, so that the cut has no width. From left to right, so that a hole that another hole's cut ends at
 * is itself already joined.
 */
export function joinHoles(points: OutlinePoints, rings: readonly Ring[]): void {
  const holes = rings.filter(({ hole }) => hole).map(({ first }) => leftmost(points, first));
  if (holes.length === 0) return;
  const leftEdges = edgesByRow(points);
  holes.sort((a, b) => points.x[a] - points.x[b]);
  for (const hole of holes) {
    const edges = leftEdges.get(points.y[hole]) ?? [];
    join(points, edgeBefore(edges, points, points.x[hole]), hole);
  }
}

/** The point of a ring where its leftmost edge begins to run down: left of it the mask is set, right of it the hole. */
function leftmost({ x, y, next }: OutlinePoints, first: number): number {
  let found = -1;
  let at = first;
  do {
    const down = y[next[at]] > y[at];
    if (down && (found < 0 || x[at] < x[found])) found = at;
    at = next[at];
  } while (at !== first);
  return found;
}

/** For each row of pixels the upper ends of the edges that have the mask on their right, from left to right. */
function edgesByRow({ x, y, next }: OutlinePoints): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let at = 0; at < x.length; at++) {
    const end = next[at];
    if (y[end] >= y[at]) continue;
    const known = rows.get(y[end]);
    if (known) known.push(end);
    else rows.set(y[end], [end]);
  }
  for (const ends of rows.values()) ends.sort((a, b) => x[a] - x[b]);
  return rows;
}

/** The last of the edges left of a column: one is always there, since the pixel left of a hole is set. */
function edgeBefore(edges: readonly number[], { x }: OutlinePoints, column: number): number {
  let [low, high] = [0, edges.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (x[edges[middle]] < column) low = middle;
    else high = middle - 1;
  }
  return edges[low];
}

/** Makes one ring of two: outer point → hole's point, around the hole, back → outer point, and on as before. */
function join({ x, y, next }: OutlinePoints, outer: number, hole: number): void {
  const holeAgain = x.length;
  const outerAgain = holeAgain + 1;
  x.push(x[hole], x[outer]);
  y.push(y[hole], y[outer]);
  next.push(next[hole], next[outer]);
  next[outer] = holeAgain;
  next[hole] = outerAgain;
}
