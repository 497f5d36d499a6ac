const MARKER = 0xff;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.from([MARKER, 0xd9]);

/**
 * True when a JPEG has its end marker after its first scan. Only the headers are walked: in coded data `ff` is always
 * followed by `00` or a restart marker (ITU-T T.81, B.1.1.5), and thumbnails with an end of their own are in headers.
 */
export function hasJpegEnd(jpeg: Buffer): boolean {
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === MARKER) {
    const marker = jpeg[at + 1];
    if (marker === START_OF_SCAN) return jpeg.lastIndexOf(END_OF_IMAGE) > at;
    // A marker may be preceded by any number of fill bytes.
    at += marker === MARKER ? 1 : 2 + jpeg.readUInt16BE(at + 2);
  }
  return false;
}
