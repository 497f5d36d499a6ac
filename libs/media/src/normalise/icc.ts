const TAG_TABLE = 128;
const TAG_BYTES = 12;

/**
 * True when an ICC profile describes sRGB by its own words (tag `desc`, ICC.1:2022 9.2.41); others are converted,
 * which is right for any profile and merely slower.
 */
export function isSrgbProfile(icc: Buffer): boolean {
  if (icc.length < TAG_TABLE + 4) return false;
  const tags = icc.readUInt32BE(TAG_TABLE);
  for (let index = 0; index < tags; index++) {
    const at = TAG_TABLE + 4 + index * TAG_BYTES;
    if (at + TAG_BYTES > icc.length) return false;
    if (icc.toString('latin1', at, at + 4) !== 'desc') continue;
    const start = icc.readUInt32BE(at + 4);
    const raw = icc.toString('latin1', start, start + icc.readUInt32BE(at + 8));
    // Version 2 writes it in ASCII, version 4 in UTF-16: without the zero bytes both read the same.
    return /sRGB/.test(raw.replaceAll('\0', ''));
  }
  return false;
}
