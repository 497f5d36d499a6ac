import { dirname } from 'node:path';
import Config from '@npmcli/config';
import npm from '@npmcli/config/lib/definitions/index.js';

class NpmConfig extends Config {
  /** Nothing is run, so the environment stays as it is. */
  override setEnvs(): void {}
}

/** What npm itself would use here: registry, credentials, proxy and certificates from every .npmrc and npm_config_*. */
export async function npmOptions(): Promise<Record<string, unknown>> {
  const config = new NpmConfig({ ...npm, npmPath: dirname(process.execPath), argv: [], warn: false });
  await config.load();
  // Without a cache of npm's own: the files are kept here, verified, and once.
  return { ...config.flat, cache: undefined };
}
