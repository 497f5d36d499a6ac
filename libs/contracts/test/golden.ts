import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WireMessage } from '../src/index.js';

/** A message as its golden file has it: JSON values as JSON, others in base64. */
interface GoldenMessage {
  key: string;
  headers: Record<string, string>;
  json?: unknown;
  base64?: string;
}

/** The message of a golden file. */
export function readGolden(name: string): WireMessage {
  const { key, headers, json, base64 } = JSON.parse(readFileSync(pathOf(name), 'utf8')) as GoldenMessage;
  const value = base64 === undefined ? Buffer.from(JSON.stringify(json)) : Buffer.from(base64, 'base64');
  return { key, headers, value: new Uint8Array(value) };
}

/** Writes a golden file; only for a version that has none. */
export function writeGolden(name: string, { key, headers, value }: WireMessage): void {
  const bytes = Buffer.from(value ?? []);
  const isJson = headers['content-type'] === 'application/json';
  const content = isJson ? { json: JSON.parse(bytes.toString()) as unknown } : { base64: bytes.toString('base64') };
  const golden: GoldenMessage = { key, headers, ...content };
  writeFileSync(pathOf(name), `${JSON.stringify(golden, null, 2)}\n`, { flag: 'wx' });
}

function pathOf(name: string): string {
  return join(import.meta.dirname, 'golden', `${name}.json`);
}
