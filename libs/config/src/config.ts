import { ENVIRONMENT } from './schema.js';
import type { Environment } from './schema.js';

const Settings = Object as unknown as abstract new () => Readonly<Environment>;

/** Settings, injectable: one flat object in the names of the environment, so what the README lists is what code reads. */
export abstract class Config extends Settings {}

/** The environment has wrong values; the message lists every one of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Parses `source` (the process's environment when left out).
 * @throws ConfigError listing every bad variable, its value and what is allowed.
 */
export function loadConfig(source: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = ENVIRONMENT.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `  ${name}="${withoutCredentials(given[name])}": ${issue.message}. ${ENVIRONMENT.shape[name as keyof Environment].description}`;
  });
  throw new ConfigError(`The environment has wrong values:\n${lines.join('\n')}\nSee .env.example for every variable.`);
}

function withoutCredentials(value = ''): string {
  return value.replace(/:\/\/[^/]*@/, '://***@');
}
