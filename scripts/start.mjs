import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isStale, root } from './stale.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Kadr needs Node.js 20.19 or newer; this is ${process.version}. See https://nodejs.org.`);
  process.exit(1);
}

process.chdir(root);
if (existsSync('.env')) process.loadEnvFile('.env');
if (isStale()) {
  console.log('Building Kadr (the first start and after a change) …');
  await import('./build.mjs');
}
await import(join(root, 'dist/apps/all-in-one/main.js'));
