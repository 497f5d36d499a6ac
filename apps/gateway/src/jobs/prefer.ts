/** Longest wait that a request may ask for, in seconds: proxies give up soon after. */
export const MAX_WAIT_SECONDS = 60;

/**
 * Seconds of `Prefer: wait=N` (RFC 7240), capped; `undefined` when not asked for or not understood, which a server
 * has to ignore.
 */
export function preferredWait(header: string | undefined): number | undefined {
  for (const preference of header?.split(',') ?? []) {
    const found = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(;|$)/i.exec(preference);
    if (found) return Math.min(Number(found[1]), MAX_WAIT_SECONDS);
  }
  return undefined;
}
