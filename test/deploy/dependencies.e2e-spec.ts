import { readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const APPS = ['gateway', 'inference', 'viewer', 'all-in-one'];

const IMPORT = /^import (?:[^'"]+ from )?["']([^"'.][^"']*)["']/gm;

/** Packages that the bundle of an app imports. */
function importsOf(app: string): string[] {
  const folder = join(ROOT, 'dist/apps', app);
  const code = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const found = code.flatMap((name) =>
    Array.from(readFileSync(join(folder, name), 'utf8').matchAll(IMPORT), ([, from]) => from),
  );
  const names = found.filter((specifier) => !isBuiltin(specifier));
  return [...new Set(names.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')))];
}

describe('production dependencies', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: object };

  it.each(APPS)('hold all that the build of %s imports', (app) => {
    const imports = importsOf(app);
    expect(imports).toContain('@nestjs/core');
    expect(imports.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
  });
});
