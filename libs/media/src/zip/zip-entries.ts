import type { Entry } from 'yauzl';

const UNIX = 3;
const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/** True for a plain file that somebody put into the zip; false for folders, links and what systems leave behind. */
export function isWanted(entry: Entry): boolean {
  return !entry.fileName.endsWith('/') && !isSymbolicLink(entry) && !isHidden(entry.fileName);
}

function isSymbolicLink(entry: Entry): boolean {
  const madeOn = entry.versionMadeBy >> 8;
  return madeOn === UNIX && ((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMBOLIC_LINK;
}

function isHidden(name: string): boolean {
  return name.split('/').some((part) => (part.startsWith('.') && part !== '.') || part === '__MACOSX');
}
