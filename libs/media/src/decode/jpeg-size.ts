import { damagedPicture } from '../probe/probe.js';

const MARKER = 0xff;
const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
/** Markers among the start-of-frame ones that are none: Huffman tables, a reserved one, arithmetic conditioning. */
const NO_FRAMES = new Set([0xc4, 0xc8, 0xcc]);

/**
 * The size of a JPEG as its frame header says (ITU-T T.81, B.2.2), without decoding anything.
 * @throws AppError `damaged-picture` when the bytes are no JPEG or end before that header.
 */
export function jpegSize(jpeg: Uint8Array): { width: number; height: number } {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let at = jpeg[0] === MARKER && jpeg[1] === START_OF_IMAGE ? 2 : jpeg.length;
  while (at + 9 <= jpeg.length && jpeg[at] === MARKER && jpeg[at + 1] !== START_OF_SCAN) {
    const marker = jpeg[at + 1];
    if (isFrame(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // A marker may be preceded by any number of fill bytes.
    at += marker === MARKER ? 1 : 2 + view.getUint16(at + 2);
  }
  throw damagedPicture('jpeg', 'no frame header was found');
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker);
}
