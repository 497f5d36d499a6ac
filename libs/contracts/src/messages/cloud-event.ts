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

/** A message that does not follow its contract: which, and what is wrong. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}

/** CloudEvents headers for `attributes`; `extra` adds extensions, empty ones are left out. */
export function eventHeaders(
  attributes: EventAttributes,
  contentType: string,
  extra: Record<string, string | undefined> = {},
): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: attributes.id,
    ce_source: attributes.source,
    ce_type: attributes.type,
    ce_time: attributes.time,
    'content-type': contentType,
  };
  const optional = { ce_subject: attributes.subject, ce_traceparent: attributes.traceparent, ...extra };
  for (const [name, value] of Object.entries(optional)) if (value !== undefined) headers[name] = value;
  return headers;
}

/** The header `name`. @throws ContractError when it is missing. */
export function requiredHeader(message: ReceivedMessage, name: string): string {
  const value = message.headers[name];
  if (value === undefined || value === '') throw new ContractError(`header ${name} is missing`);
  return value;
}

/** The header `name` as a whole number of at least 0. @throws ContractError otherwise. */
export function numberHeader(message: ReceivedMessage, name: string): number {
  const text = requiredHeader(message, name);
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new ContractError(`header ${name} is "${text}", not a whole number`);
  return value;
}

/** The value as JSON. @throws ContractError when it is empty or not JSON. */
export function jsonValue<T>(message: ReceivedMessage): T {
  if (!message.value) throw new ContractError('the value is empty, JSON was expected');
  try {
    return JSON.parse(new TextDecoder().decode(message.value)) as T;
  } catch (error) {
    throw new ContractError(`the value is not JSON: ${(error as Error).message}`);
  }
}

/** JSON as bytes. */
export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
