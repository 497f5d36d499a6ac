import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchPublic } from './fetch-public.js';
import type { Resolve } from './checked-lookup.js';

let folder: string;
let servers: Server[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kadr-fetch-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fetchTo = (url: string, over: Partial<Parameters<typeof fetchPublic>[1]> = {}) =>
  fetchPublic(url, { file: join(folder, 'out'), maxBytes: 1000, timeoutMs: 5000, allowPrivate: true, ...over });

const resolvesTo =
  (...addresses: string[]): Resolve =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

describe('fetchPublic', () => {
  it('writes what a server sends and follows its redirects without credentials', async () => {
    const seen: (string | undefined)[] = [];
    const base = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers.cookie);
      if (request.url === '/a') response.writeHead(302, { location: '/b', 'set-cookie': 'a=b' }).end();
      else response.end('picture');
    });
    expect(await fetchTo(`${base}/a`)).toEqual({ bytes: 7, url: `${base}/b` });
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('picture');
    expect(seen).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('refuses before a byte is sent', async () => {
    let asked = 0;
    const base = await serve((_request, response) => {
      asked++;
      response.end('secret');
    });
    await expect(fetchTo(base, { allowPrivate: false })).rejects.toMatchObject({ code: 'url-refused' });
    const named = base.replace('127.0.0.1', 'pictures.example.com');
    for (const resolve of [resolvesTo('127.0.0.1'), resolvesTo('8.8.8.8', '127.0.0.1'), resolvesTo('::ffff:7f00:1')]) {
      await expect(fetchTo(named, { allowPrivate: false, resolve })).rejects.toMatchObject({ code: 'url-refused' });
    }
    expect(asked).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('checks each redirect again', async () => {
    const base = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    );
    await expect(fetchTo(base)).rejects.toMatchObject({
      code: 'url-refused',
      message: expect.stringContaining('metadata'),
    });
  });

  it('connects to the very address it checked', async () => {
    const base = await serve((_request, response) => response.end('ok'));
    const { bytes } = await fetchTo(base.replace('127.0.0.1', 'pictures.example.com'), {
      resolve: resolvesTo('127.0.0.1'),
    });
    expect(bytes).toBe(2);
  });

  it('gives up after five redirects', async () => {
    let asked = 0;
    const base = await serve((_request, response) => {
      asked++;
      response.writeHead(302, { location: `/${asked}` }).end();
    });
    await expect(fetchTo(base)).rejects.toMatchObject({
      code: 'url-failed',
      message: expect.stringContaining('redirects'),
    });
    expect(asked).toBe(6);
  });

  it.each([
    ['announces it', { 'content-length': '2000' }],
    ['does not', {}],
  ])('stops at the size limit when the server %s', async (_how, headers) => {
    const base = await serve((_request, response) => {
      response.writeHead(200, headers);
      response.end(Buffer.alloc(2000));
    });
    await expect(fetchTo(base)).rejects.toMatchObject({ code: 'url-too-large', kind: 'unprocessable' });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['never answers', (): void => undefined],
    ['drips', (response: { write(text: string): unknown }): void => void response.write('a')],
  ])('stops at the deadline when the server %s', async (_how, answer) => {
    const base = await serve((_request, response) => answer(response));
    await expect(fetchTo(base, { timeoutMs: 150 })).rejects.toMatchObject({ code: 'url-timeout', retryable: false });
    expect(await readdir(folder)).toEqual([]);
  });

  it('says what a server answered', async () => {
    const base = await serve((_request, response) => response.writeHead(404).end('no'));
    await expect(fetchTo(base)).rejects.toMatchObject({ code: 'url-failed', message: expect.stringContaining('404') });
  });

  it('says that a connection was refused', async () => {
    const base = await serve(() => undefined);
    await new Promise((done) => servers[0].close(done));
    await expect(fetchTo(base)).rejects.toMatchObject({
      code: 'url-failed',
      message: expect.stringContaining('refused'),
    });
  });
});
