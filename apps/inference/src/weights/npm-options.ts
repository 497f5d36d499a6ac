import { dirname } from 'node:path';
import Config from '@npmcli/config';
import npm from '@npmcli/config/lib/definitions/index.js';

class NpmConfig extends Config {
  /** Nothing is run, so the environment stays as it is. */
  override setEnvs(): void {}
}

/** npm waits ten seconds and more between its tries; somebody waits for this process to start. */
const PAUSES = { factor: 2, minTimeout: 500, maxTimeout: 5000 };

/** What npm itself would use here: registry, credentials, proxy and certificates from every .npmrc and npm_config_*. */
export async function npmOptions(): Promise<Record<string, unknown>> {
  const config = new NpmConfig({ ...npm, npmPath: dirname(process.execPath), argv: [], warn: false });
  await config.load();
  const retry = { ...(config.flat.retry as object), ...PAUSES };
  // Without a cache of npm's own: the files are kept here, verified, and once.
  return { ...config.flat, retry, userAgent: 'Kadr', cache: undefined };
}
