import { ConfigError } from '@kadr/config';
import { AppError } from '@kadr/errors';

/** Why the process can't start, for the person who started it: a known error by its message, another with its stack. */
export function explain(error: unknown): string {
  if (error instanceof AppError) return `Kadr cannot start: ${error.message}`;
  if (error instanceof ConfigError) return `Kadr cannot start. ${error.message}`;
  return `Kadr cannot start: ${error instanceof Error ? error.stack : String(error)}`;
}
