import { posix } from 'node:path';

/** Where a file of weights comes from, taken apart. */
export type WeightSource =
  | { kind: 'npm'; package: string; path: string; fileName: string }
  | { kind: 'http'; url: string; fileName: string }
  | { kind: 'file'; path: string; fileName: string };

/** Takes apart a `source` that the catalogue has accepted. */
export function parseSource(source: string): WeightSource {
  const npm = /^npm:((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(source);
  if (npm) return { kind: 'npm', package: npm[1], path: npm[2], fileName: posix.basename(npm[2]) };
  if (source.startsWith('file:')) {
    const path = source.slice('file:'.length);
    return { kind: 'file', path, fileName: posix.basename(path) };
  }
  return { kind: 'http', url: source, fileName: posix.basename(new URL(source).pathname) || 'weights' };
}
