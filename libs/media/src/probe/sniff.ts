/** Kinds of pictures that Kadr reads. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif';
export const PICTURE_FORMATS: readonly PictureFormat[] = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'];

/** What the first bytes of a file say: a kind that Kadr reads, one it knows but does not read, or nothing known. */
export type Sniffed = { format: PictureFormat } | { refused: string; advice: string } | { unknown: true };

/** Bytes that {@link sniffPicture} wants to see. */
export const SNIFF_BYTES = 512;

const CONVERT = 'Convert it to JPEG or PNG and send that.';
const HEIC_ADVICE =
  'Convert it to JPEG and send that; on an iPhone, Settings > Camera > Formats > Most Compatible makes JPEGs.';

const READ: readonly [PictureFormat, (head: Buffer) => boolean][] = [
  ['jpeg', (head) => starts(head, 'ffd8ff')],
  ['png', (head) => starts(head, '89504e470d0a1a0a')],
  ['webp', (head) => text(head, 0, 4) === 'RIFF' && text(head, 8, 12) === 'WEBP'],
  ['gif', (head) => /^GIF8[79]a$/.test(text(head, 0, 6))],
  ['tiff', (head) => ['49492a00', '4d4d002a', '49492b00', '4d4d002b'].some((magic) => starts(head, magic))],
  ['avif', (head) => brands(head).some((brand) => brand === 'avif' || brand === 'avis')],
];

const REFUSED: readonly [string, string, (head: Buffer) => boolean][] = [
  [
    'a HEIC picture',
    HEIC_ADVICE,
    (head) => brands(head).some((brand) => /^(hei[cmsx]|hev[cmsx]|mif1|msf1)$/.test(brand)),
  ],
  [
    'an SVG drawing',
    CONVERT,
    (head) => /^\s*<(\?xml|!doctype svg|!--|svg)/i.test(withoutMark(head)) && /<svg/i.test(text(head, 0, SNIFF_BYTES)),
  ],
  ['a BMP picture', CONVERT, (head) => text(head, 0, 2) === 'BM' && head.length > 26],
  ['a JPEG XL picture', CONVERT, (head) => starts(head, 'ff0a') || starts(head, '0000000c4a584c20')],
  ['a JPEG 2000 picture', CONVERT, (head) => starts(head, '0000000c6a502020') || starts(head, 'ff4fff51')],
  ['a Photoshop file', CONVERT, (head) => text(head, 0, 4) === '8BPS'],
  ['an icon', CONVERT, (head) => starts(head, '00000100')],
  ['a PDF', 'Export its pages as JPEG or PNG and send those.', (head) => text(head, 0, 5) === '%PDF-'],
  ['a zip', 'A zip of pictures goes to POST /v1/jobs by itself; a zip inside a zip is not opened.', isZip],
  ['a video', 'Only pictures can be read here.', (head) => text(head, 4, 8) === 'ftyp' || starts(head, '1a45dfa3')],
  [
    'a web page',
    'Send the address of the picture itself.',
    (head) => /^\s*<(!doctype html|html)/i.test(withoutMark(head)),
  ],
];

/** Tells the kind of a file by its first {@link SNIFF_BYTES} bytes; names and content types are not trusted. */
export function sniffPicture(head: Buffer): Sniffed {
  const read = READ.find(([, matches]) => matches(head));
  if (read) return { format: read[0] };
  const refused = REFUSED.find(([, , matches]) => matches(head));
  return refused ? { refused: refused[0], advice: refused[1] } : { unknown: true };
}

/** True for the first bytes of a zip, an empty one included. */
export function isZip(head: Buffer): boolean {
  return starts(head, '504b0304') || starts(head, '504b0506');
}

/** Major and compatible brands of an ISO base media file (ISO/IEC 14496-12, `ftyp`). */
function brands(head: Buffer): string[] {
  if (text(head, 4, 8) !== 'ftyp') return [];
  const end = Math.min(head.readUInt32BE(0), head.length);
  const found = [text(head, 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) found.push(text(head, at, at + 4));
  return found;
}

function starts(head: Buffer, hex: string): boolean {
  return head.subarray(0, hex.length / 2).toString('hex') === hex;
}

function text(head: Buffer, from: number, to: number): string {
  return head.toString('latin1', from, to);
}

function withoutMark(head: Buffer): string {
  return text(head, 0, 64).replace(/^\u00ef\u00bb\u00bf/, '');
}
