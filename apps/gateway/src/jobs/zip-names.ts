const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
const MAX_STEM = 100;

/** File names for a zip: those of the originals, safe on every system, different from each other, ending in `.jpg`. */
export function zipNames(originals: readonly string[]): string[] {
  const taken = new Set<string>();
  return originals.map((original) => {
    const stem = safeStem(original);
    let name = `${stem}.jpg`;
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${stem} (${copy}).jpg`;
    taken.add(name.toLowerCase());
    return name;
  });
}

function safeStem(original: string): string {
  const name = original.split(/[\\/]/).at(-1) ?? '';
  const stem = name
    .replace(/\.[^.]*$/, '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}<>:"|?*]/gu, '_')
    .slice(0, MAX_STEM)
    .replaceAll(/^[. ]+|[. ]+$/g, '');
  if (stem === '') return 'picture';
  return RESERVED.test(stem) ? `_${stem}` : stem;
}
