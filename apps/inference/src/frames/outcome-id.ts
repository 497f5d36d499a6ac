import { createHash } from 'node:crypto';

/**
 * An outcome's id, the same whenever the same frame meets the same model: a UUID of version 8 (RFC 9562, custom) made of
 * the SHA-256 of source, sequence and model digest.
 */
export function outcomeId(source: string, sequence: number, digest: string): string {
  const bytes = createHash('sha256').update(`${source}\n${sequence}\n${digest}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
