/** The entry of `known` with the fewest edits from `word`, if it is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const ranked = known.map((entry) => ({ entry, edits: editDistance(wanted, entry.toLowerCase()) }));
  const best = ranked.reduce((left, right) => (right.edits < left.edits ? right : left), {
    entry: '',
    edits: Infinity,
  });
  return best.edits <= Math.max(1, Math.floor(word.length / 3)) ? best.entry : undefined;
}

/** Levenshtein distance, one row at a time. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
