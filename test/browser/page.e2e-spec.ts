/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { hasBrowser, startBrowser } from '../support/browser.js';
import { eventually, makeDir, removeDir, startKadr } from '../support/kadr.js';
import type { Kadr } from '../support/kadr.js';

jest.setTimeout(180_000);

const FIXTURES = join(import.meta.dirname, '../fixtures');

(hasBrowser ? describe : describe.skip)('the page', () => {
  let kadr: Kadr;
  let dataDir: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    dataDir = await makeDir();
    kadr = await startKadr(dataDir);
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await kadr?.stop();
    await removeDir(dataDir);
  });

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(kadr.url);
  });

  afterEach(async () => {
    expect(faults).toEqual([]);
    await context.close();
  });

  const objects = () => page.getByTestId('object-item');
  /** An object of that label in the list: the page opens with the last job, so any object will not do. */
  const found = (label: string) => page.locator(`[data-testid=object-item][data-label="${label}"]`).first();

  it('shows what is in a sample picture, and lights up an object', async () => {
    await page.getByTestId('sample-coffee').click();
    await found('cup').waitFor();
    expect(await objects().first().textContent()).toContain('cup');
    await objects().first().hover();
    expect(await page.getByTestId('object-details').textContent()).toMatch(/cup[\s\S]*%/);
  });

  it('draws masks over the picture', async () => {
    await page.getByTestId('sample-chelsea').click();
    await found('cat').waitFor();
    const overlay = page.getByTestId('overlay');
    const coloured = () =>
      overlay.evaluate((canvas: HTMLCanvasElement) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        let count = 0;
        for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 0) count += 1;
        return count / (canvas.width * canvas.height);
      });
    await eventually(coloured, (share) => share > 0.2);
  });

  it('hides what the threshold and the class chips leave out', async () => {
    await page.getByTestId('sample-coffee').click();
    await found('cup').waitFor();
    const before = await objects().count();
    await page.getByTestId('class-chip').first().click();
    await eventually(
      () => objects().count(),
      (count) => count < before,
    );
    await page.getByTestId('class-chip').first().click();
    await page.getByTestId('threshold').fill('0.9');
    await eventually(
      () => objects().count(),
      (count) => count === 1,
    );
  });

  it('takes several files and shows each as it is done; a bad one says why', async () => {
    const file = async (name: string, mimeType: string) => ({
      name,
      mimeType,
      buffer: await readFile(join(FIXTURES, name)),
    });
    await page
      .getByTestId('file-input')
      .setInputFiles([
        await file('apple.jpg', 'image/jpeg'),
        await file('motorcycle.png', 'image/png'),
        { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a picture') },
      ]);
    await eventually(
      () => page.getByTestId('item').count(),
      (count) => count === 3,
    );
    await page.locator('[data-testid=job-state][data-state=completed]').waitFor();
    await page.getByTestId('item').nth(2).click();
    await page
      .getByText(/notes\.txt/)
      .first()
      .waitFor();
  });

  it('shows what is happening: the processes, and how far each group is behind', async () => {
    await page.getByText('What is happening').click();
    await page.locator('[data-testid=process][data-name=all-in-one][data-gone=false]').waitFor();
    const viewer = page.locator('[data-testid=group][data-group=viewer][data-topic="kadr.outcomes"]');
    expect(await viewer.getByTestId('group-deadLetters').textContent()).toBe('0');
  });

  it('downloads the annotated picture', async () => {
    await page.getByTestId('sample-apple').click();
    await found('apple').waitFor();
    await page.locator('[data-testid=job-state][data-state=completed]').waitFor();
    const started = page.waitForEvent('download');
    await page.getByTestId('download-annotated').click();
    const jpeg = await readFile(await (await started).path());
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 512 });
  });

  it('shows the JSON of a result', async () => {
    await page.getByTestId('sample-astronaut').click();
    await found('person').waitFor();
    await page.getByTestId('json-viewer').locator('summary').click();
    await page.getByTestId('json-viewer').getByText('capturedAt').waitFor();
  });

  it('works from the keyboard alone', async () => {
    await page.getByTestId('sample-motorcycle').focus();
    await page.keyboard.press('Enter');
    await found('motorcycle').waitFor();
    await objects().first().focus();
    expect(await page.getByTestId('object-details').textContent()).toContain('motorcycle');
  });

  it('still has the last results after a restart', async () => {
    await page.getByTestId('sample-apple').click();
    await found('apple').waitFor();
    const { port } = new URL(kadr.url);
    await kadr.stop();
    faults = [];
    kadr = await startKadr(dataDir, { PORT: port });
    await page.goto(kadr.url);
    await found('apple').waitFor();
    expect(await page.getByTestId('history-entry').count()).toBeGreaterThan(0);
    // While the server was away the browser itself logged the lost connection.
    faults = [];
  });

  it('fits a phone without scrolling sideways, in the dark too', async () => {
    const phone = await browser.newContext({
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
      isMobile: true,
    });
    const small = await phone.newPage();
    await small.goto(kadr.url);
    await small.getByTestId('model-select').waitFor();
    const { scroll, client, background } = await small.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
      background: getComputedStyle(document.body).backgroundColor,
    }));
    expect(scroll).toBeLessThanOrEqual(client);
    const levels = (/\d+(, \d+)*/.exec(background)?.[0] ?? '255').split(', ').map(Number);
    expect(Math.max(...levels.slice(0, 3))).toBeLessThan(80);
    await phone.close();
  });
});
