import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { STAMP, root } from './stale.mjs';

/** Builds the processes (Nest, rspack) and the page (Vite) into `dist`. */
const APPS = ['all-in-one', 'gateway', 'inference', 'viewer'];
const steps = [
  ...APPS.map((app) => ['node_modules/@nestjs/cli/bin/nest.js', 'build', app]),
  ['node_modules/vite/bin/vite.js', 'build', 'apps/viewer/web', '--logLevel', 'warn'],
];

for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`The build failed at: node ${step.join(' ')}`);
    process.exit(1);
  }
}
writeFileSync(STAMP, '');
