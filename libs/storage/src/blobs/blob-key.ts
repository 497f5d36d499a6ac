import { AppError } from '@kadr/errors';

const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;
const LONGEST = 800;

/** The parts of a key. @throws AppError when it could name anything but a blob. */
export function partsOfKey(key: string): string[] {
  const parts = key.split('/');
  if (key.length <= LONGEST && parts.every((part) => PART.test(part))) return parts;
  const message = `"${key.slice(0, 100)}" is no key of a blob: parts of letters, digits, ".", "_" and "-", joined by "/".`;
  throw new AppError('internal', 'internal', message, { retryable: false });
}
