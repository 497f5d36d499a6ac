/** CloudEvents extension that says where the value is. */
const DATAREF = 'ce_dataref';

const SCHEME = 'blob:';

/** The key of the blob that the headers name, if any. */
export function claimOf(headers: Readonly<Record<string, string>>): string | undefined {
  const reference = headers[DATAREF];
  return reference?.startsWith(SCHEME) ? reference.slice(SCHEME.length) : undefined;
}

/** `headers` with a reference to the blob `key`. */
export function withClaim(headers: Readonly<Record<string, string>>, key: string): Record<string, string> {
  return { ...headers, [DATAREF]: `${SCHEME}${key}` };
}
