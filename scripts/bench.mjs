import { spawnSync } from 'node:child_process';
import { isStale, root } from './stale.mjs';

/** `npm run bench [-- --seconds 3 --rounds 5 --only JSON]`: Kadr over HTTP beside a bare loop in the same run; `-- kafka`: the apps on Kafka. */
const steps = [
  ['node_modules/@nestjs/cli/bin/nest.js', 'build', 'bench'],
  ['dist/bench/main.js', ...process.argv.slice(2)],
];
if (isStale()) steps.unshift(['scripts/build.mjs']);
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
