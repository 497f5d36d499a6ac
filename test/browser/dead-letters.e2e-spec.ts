/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { MENDED, PICTURES, makeDeadLetters } from '../support/dead-letters.js';
import { eventually, makeDir, removeDir, startKadr } from '../support/kadr.js';
import type { Kadr } from '../support/kadr.js';

jest.setTimeout(240_000);

(hasBrowser ? describe : describe.skip)('dead letters on the page', () => {
  let kadr: Kadr;
  let dataDir: string;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    dataDir = await makeDir();
    await makeDeadLetters(dataDir);
    kadr = await startKadr(dataDir, MENDED);
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(kadr.url);
    await letters().first().waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await kadr?.stop();
    await removeDir(dataDir);
    expect(faults).toEqual([]);
  });

  const letters = () => page.getByTestId('dead-letter');
  const waiting = (count: number) =>
    eventually(
      async () => [await page.getByTestId('dead-letters-waiting').textContent(), await letters().count()],
      ([text, shown]) => text === String(count) && shown === count,
    );

  it('are counted and shown with picture, error, attempts and topic', async () => {
    await waiting(PICTURES);
    const text = await letters().first().textContent();
    for (const part of ['too-many-pixels', '1280 x 720', '1 attempt', 'kadr.frames.objects.batch']) {
      expect(text).toContain(part);
    }
    const picture = letters().first().locator('img');
    await picture.scrollIntoViewIfNeeded();
    await eventually(
      () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth),
      (width) => width === 1280,
    );
  });

  it('are removed when that is confirmed', async () => {
    await letters().last().getByTestId('remove-dead-letter').click();
    await page.getByTestId('confirm').click();
    await waiting(PICTURES - 1);
  });

  it('are replayed one by one: what comes of it is seen in the open job', async () => {
    expect(await page.getByTestId('object-item').count()).toBe(0);
    await letters().first().getByTestId('replay').click();
    await waiting(PICTURES - 2);
    await page.locator('[data-testid=job-state][data-state=completed]').waitFor();
  });

  it('are replayed all at once', async () => {
    await page.getByTestId('replay-all').click();
    await waiting(0);
    await page.getByTestId('object-item').first().waitFor();
    await eventually(
      () => page.getByTestId('ledger-failures').textContent(),
      (failures) => failures === '1',
    );
  });
});
