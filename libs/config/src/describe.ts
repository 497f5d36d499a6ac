import { ENVIRONMENT } from './schema.js';

/** The text of `.env.example`: every variable, commented out at its default, with one line on what it does. */
export function describeEnvironment(): string {
  const lines = Object.entries(ENVIRONMENT.shape).map(([name, rule]) => {
    const value: unknown = rule.parse(undefined);
    const text = Array.isArray(value) ? value.join(',') : String(value);
    return `# ${rule.description}\n# ${name}=${text}\n`;
  });
  return `# Kadr's environment. Every variable has a default; set what should differ.\n\n${lines.join('\n')}`;
}
