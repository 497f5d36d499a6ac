import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { startViewer } from './support/viewer.js';
import type { TestViewer } from './support/viewer.js';

const HTML = { accept: 'text/html,*/*' };

describe('the page', () => {
  let folder: string;
  let viewer: TestViewer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kadr-page-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>Kadr</title>');
    await writeFile(join(folder, 'assets', 'index-abc123.js'), 'export {};');
    viewer = await startViewer(folder);
  });

  afterAll(async () => {
    await viewer.close();
    await rm(folder, { recursive: true });
  });

  it('is asked for anew each time, under a strict policy', async () => {
    const response = await fetch(viewer.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch('text/html');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toMatch("default-src 'self'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    // Unlike fetch, this adds no `cache-control: no-cache` of its own.
    const again = await request(viewer.url, { headers: { 'if-none-match': response.headers.get('etag')! } });
    expect(again.statusCode).toBe(304);
  });

  it('has assets that never change', async () => {
    const response = await fetch(`${viewer.url}/assets/index-abc123.js?v=1`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toMatch('text/javascript');
    expect(await response.text()).toBe('export {};');
  });

  it('is what a browser gets at an address of its own', async () => {
    const response = await fetch(`${viewer.url}/jobs/7`, { headers: HTML });
    expect(await response.text()).toMatch('<title>Kadr</title>');
    expect((await fetch(`${viewer.url}/jobs/7`, { method: 'HEAD', headers: HTML })).status).toBe(200);
  });

  it.each([
    ['GET', '/assets/none.js', '*/*'],
    ['POST', '/jobs/7', 'text/html'],
    ['GET', '/assets/..%2f..%2fetc%2fpasswd', '*/*'],
    ['GET', '/%00', '*/*'],
  ])('answers %s %s with a problem', async (method, path, accept) => {
    const response = await fetch(`${viewer.url}${path}`, { method, headers: { accept } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 404, code: 'not-found', instance: path });
  });

  it.each(['/v1/none', '/docs/none', '/live/cameras/1', '/metrics/none'])('leaves %s to others', async (path) => {
    const response = await fetch(`${viewer.url}${path}`, { headers: HTML });
    expect(response.headers.get('content-security-policy')).toBeNull();
    expect(await response.text()).not.toMatch('<title>');
  });

  it('leaves health and sockets to those who answer them', async () => {
    expect(await (await fetch(`${viewer.url}/health/live`, { headers: HTML })).json()).toEqual({ status: 'live' });
    expect(await (await fetch(`${viewer.url}/socket.io/?EIO=4&transport=polling`)).text()).toMatch('"sid"');
  });

  it('says what to do when it has not been built', async () => {
    const bare = await startViewer();
    const problem = (await (await fetch(bare.url, { headers: HTML })).json()) as { detail: string };
    expect(problem.detail).toMatch('npm run build');
    expect(bare.log.lines).toContainEqual(expect.objectContaining({ level: 'warn', event: 'page missing' }));
    await bare.close();
  });
});
