import { lookup } from 'node:dns';
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { refusedAddress } from './addresses.js';
import { urlRefused } from './public-url.js';

/** Resolves a name to all its addresses; `dns.lookup` but for tests. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A lookup for sockets that refuses a name if any of its addresses is refused. The socket connects to the very
 * addresses checked here, so a name that changes its answer (DNS rebinding) gains nothing.
 */
export function checkedLookup(allowPrivate: boolean, resolve: Resolve = lookup): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const reason = addresses.map(({ address }) => refusedAddress(address, allowPrivate)).find(Boolean);
      if (reason) return done(urlRefused(host, `it resolves to an address where ${reason}`), []);
      if (options.all) return done(null, addresses);
      done(null, addresses[0].address, addresses[0].family);
    });
  };
}
