import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of an installed Chromium, or `undefined`. */
export const chromiumPath = PLACES.find((path) => path !== '' && existsSync(path));

/** False where there is no browser: the tests say that they were skipped. In CI a missing browser fails them instead. */
export const hasBrowser = chromiumPath !== undefined || process.env.CI !== undefined;

/** Starts Chromium, with nothing that reaches beyond this machine. */
export function startBrowser(): Promise<Browser> {
  if (!chromiumPath)
    throw new Error(`No Chromium at ${PLACES.filter(Boolean).join(', ')}. Install one or set CHROMIUM_PATH.`);
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet],
  });
}
