import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from './config.js';
import { ENVIRONMENT } from './schema.js';

interface Service {
  image?: string;
  build?: { dockerfile: string; target?: string };
  environment?: Record<string, unknown>;
  volumes?: string[];
  read_only?: boolean;
}
interface Compose {
  services: Record<string, Service>;
  volumes?: object;
}

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const FILES = ['compose.yaml', 'compose.cuda.yaml'];
const compose = (file: string): Compose => parse(read(file), { merge: true, logLevel: 'error' }) as Compose;
/** Kadr's own services, which are built here. */
const built = (file: string) => Object.entries(compose(file).services).filter(([, { build }]) => build);

/** A value as Compose gives it where nothing is set outside. */
const filled = (value: unknown): string =>
  String(value).replace(/\$\{\w+(?::-([^}]*))?\}/g, (_, fallback = '') => fallback);

describe.each(FILES)('%s', (file) => {
  it('gives Kadr’s apps only variables that there are, with values that they take', () => {
    for (const [name, { environment = {} }] of built(file)) {
      expect({ name, unknown: Object.keys(environment).filter((key) => !(key in ENVIRONMENT.shape)) }).toEqual({
        name,
        unknown: [],
      });
      const given = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, filled(value)]));
      expect(() => loadConfig(given)).not.toThrow();
    }
  });

  it('builds targets that the Dockerfiles have', () => {
    for (const [, { build }] of built(file)) {
      expect(read(build!.dockerfile)).toMatch(new RegExp(`^FROM \\S+ AS ${build!.target ?? 'inference'}$`, 'm'));
    }
  });
});

describe('compose.yaml', () => {
  it('runs Kadr’s apps read-only, and names every volume', () => {
    const { services, volumes = {} } = compose('compose.yaml');
    expect(
      built('compose.yaml')
        .map(([name]) => name)
        .sort(),
    ).toEqual(['gateway', 'inference', 'viewer']);
    for (const [, service] of built('compose.yaml')) expect(service.read_only).toBe(true);
    const named = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((text) => text.split(':')[0]);
    expect(named.filter((name) => !name.startsWith('.') && !(name in volumes))).toEqual([]);
  });
});
