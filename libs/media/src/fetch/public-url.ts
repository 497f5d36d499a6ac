import { isIP } from 'node:net';
import { AppError } from '@kadr/errors';
import { refusedAddress, refusedName } from './addresses.js';

/**
 * Parses a URL of anybody's choosing and refuses, before any packet, what its text already shows. The WHATWG parser
 * writes every spelling of an IPv4 host (decimal, octal, hexadecimal, short) as four decimals, so one check serves all.
 * @throws AppError `url-refused`
 */
export function parsePublicUrl(text: string, base: URL | undefined, allowPrivate: boolean): URL {
  if (!URL.canParse(text, base?.href)) throw urlRefused(text, 'it is not a URL');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw urlRefused(text, `its scheme is ${url.protocol.slice(0, -1)}, only http and https are allowed`);
  }
  if (url.username || url.password) throw urlRefused(withoutCredentials(url), 'it carries a user name or password');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const reason = isIP(host) ? refusedAddress(host, allowPrivate) : refusedName(host, allowPrivate);
  if (reason) throw urlRefused(text, reason);
  return url;
}

/** The error of a URL to which no connection is made. */
export function urlRefused(url: string, reason: string): AppError {
  return new AppError('unprocessable', 'url-refused', `${shorten(url)} is refused: ${reason}.`, {
    details: { url: shorten(url), reason },
  });
}

/** A URL as messages show it. */
export function shorten(url: string): string {
  return url.length > 200 ? `${url.slice(0, 200)}…` : url;
}

function withoutCredentials(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
