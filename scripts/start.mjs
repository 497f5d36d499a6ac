import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isStale, root } from './stale.mjs';

/** What each app's environment has where it says nothing: without a proxy in front, gateway and viewer know each other. */
const APPS = {
  'all-in-one': {},
  gateway: { PORT: '3000', VIEWER_URL: 'http://localhost:3001' },
  viewer: { PORT: '3001', GATEWAY_URL: 'http://localhost:3000' },
  inference: { PORT: '3002' },
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Kadr needs Node.js 20.19 or newer; this is ${process.version}. See https://nodejs.org.`);
  process.exit(1);
}

const app = process.argv[2] ?? 'all-in-one';
if (!Object.hasOwn(APPS, app)) {
  console.error(`There is no app "${app}"; there are ${Object.keys(APPS).join(', ')}.`);
  process.exit(1);
}

process.chdir(root);
if (existsSync('.env')) process.loadEnvFile('.env');
for (const [name, value] of Object.entries(APPS[app])) process.env[name] ??= value;
if (isStale()) {
  console.log('Building Kadr (the first start and after a change) …');
  await import('./build.mjs');
}
await import(join(root, 'dist/apps', app, 'main.js'));
