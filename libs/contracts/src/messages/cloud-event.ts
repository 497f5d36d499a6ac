import type { EventHeadersV1 } from './headers.v1.js';

/** A message as it travels on any bus: a key, text headers (CloudEvents 1.0, binary mode) and plain bytes. */
export interface WireMessage {
  key: string;
  headers: Record<string, string>;
  value: Uint8Array | null;
}

/** A message as it arrives. */
export interface ReceivedMessage {
  key: string | null;
  headers: Readonly<Record<string, string>>;
  value: Uint8Array | null;
}

/** CloudEvents attributes shared by all of Kadr's messages. */
export interface EventAttributes {
  id: string;
  source: string;
  type: string;
  time: string;
  subject?: string;
  traceparent?: string;
}

const LONGEST_REASON = 1000;

/** A message that does not follow its contract: which, and what is wrong. It shows what was sent, but not megabytes. */
export class ContractError extends Error {
  override readonly name = 'ContractError';

  constructor(message: string) {
    super(message.slice(0, LONGEST_REASON));
  }
}

/** What a message's headers have beside those of every event. */
type Extensions<Headers extends EventHeadersV1> = Omit<Headers, keyof EventHeadersV1>;

/** Headers of the class `Headers`: those of every event from `attributes`, the others as they are; empty ones are left out. */
export function eventHeaders<Headers extends EventHeadersV1>(
  attributes: EventAttributes,
  contentType: string,
  extensions: Extensions<Headers>,
): Record<string, string> {
  const { id, source, type, time, subject, traceparent } = attributes;
  const event = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_time: time,
    'content-type': contentType,
    ce_subject: subject,
    ce_traceparent: traceparent,
  } satisfies EventHeadersV1;
  const all = Object.entries<string | undefined>({ ...event, ...extensions });
  return Object.fromEntries(all.filter((header): header is [string, string] => header[1] !== undefined));
}

/** The header `name`. @throws ContractError when it is missing. */
export function requiredHeader(message: ReceivedMessage, name: string): string {
  const value = message.headers[name];
  if (value === undefined || value === '') throw new ContractError(`header ${name} is missing`);
  return value;
}

/** The W3C trace context, if there is one; what is none is ignored, as that standard says. */
export function traceparentHeader({ headers }: Pick<ReceivedMessage, 'headers'>): string | undefined {
  const text = headers.ce_traceparent ?? '';
  return /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}[\w-]{0,100}$/.test(text) ? text : undefined;
}

/** The header `name` as a whole number of at least 0. @throws ContractError otherwise. */
export function numberHeader(message: ReceivedMessage, name: string): number {
  const text = requiredHeader(message, name);
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new ContractError(`header ${name} is "${text}", not a whole number`);
  return value;
}

/** The value as a JSON object. @throws ContractError when it is anything else: what reads its members would stumble. */
export function jsonObject<T extends object>(message: ReceivedMessage): T {
  const value = readJson(message);
  if (isObject(value)) return value as T;
  throw new ContractError(`the value is ${JSON.stringify(value).slice(0, 100)}, a JSON object was expected`);
}

function readJson({ value }: ReceivedMessage): unknown {
  if (!value) throw new ContractError('the value is empty, JSON was expected');
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch (error) {
    throw new ContractError(`the value is not JSON: ${(error as Error).message}`);
  }
}

/** True for what has members by name. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON as bytes. */
export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
