import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStale, root } from './stale.mjs';

/**
 * Runs every suite and ends with one line, `N passed, N failed, N skipped`. Unit tests run side by side; the others,
 * which start whole processes and measure them, one after another.
 */
const SUITES = [
  { name: 'unit', args: [] },
  { name: 'e2e', args: ['--runInBand'] },
  { name: 'acceptance', args: ['--runInBand'] },
  { name: 'kafka', args: ['--runInBand'] },
  { name: 'deploy', args: ['--runInBand'] },
  { name: 'browser', args: ['--runInBand'] },
];

/** A suite that takes longer hangs. */
const LIMIT_MS = 15 * 60_000;

if (isStale()) run(['scripts/build.mjs']);

const totals = { passed: 0, failed: 0, skipped: 0 };
const reports = mkdtempSync(join(tmpdir(), 'kadr-tests-'));
let broken = false;
for (const { name, args } of SUITES) {
  const report = join(reports, `${name}.json`);
  const jest = [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    name,
  ];
  const ok = run([...jest, ...args, '--json', '--outputFile', report]);
  broken = add(report) || broken || !ok;
}
rmSync(reports, { recursive: true });
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(broken ? 1 : 0);

function run(args) {
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], timeout: LIMIT_MS };
  return spawnSync(process.execPath, args, options).status === 0;
}

/** Adds a suite's report to the totals; a file that did not even load, or a suite that hung, counts as one failure. */
function add(report) {
  if (!existsSync(report)) {
    totals.failed += 1;
    return true;
  }
  const found = JSON.parse(readFileSync(report, 'utf8'));
  totals.passed += found.numPassedTests;
  totals.failed += found.numFailedTests + found.numRuntimeErrorTestSuites;
  totals.skipped += found.numPendingTests;
  return found.numFailedTests + found.numRuntimeErrorTestSuites > 0 || found.numTotalTests === 0;
}
