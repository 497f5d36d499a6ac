import { formatCount } from './format.js';

/** Strings longer than this, masks above all, are cut on the page. */
const LONGEST = 60;
/** Numbers shown of a list. */
const MOST_NUMBERS = 8;

/** A value in one line, cut when it is long; `undefined` for what is better shown as a tree. */
export function previewJson(value: unknown): string | undefined {
  if (typeof value === 'string' && value.length > LONGEST) {
    return `"${value.slice(0, LONGEST)}…" (${formatCount(value.length)} characters)`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isNumbers = Array.isArray(value) && value.every((item) => typeof item === 'number');
  if (!isNumbers) return undefined;
  if (value.length <= MOST_NUMBERS) return `[${value.join(', ')}]`;
  return `[${value.slice(0, MOST_NUMBERS).join(', ')}, …] (${formatCount(value.length)} numbers)`;
}
