import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { postPublic } from './post-public.js';
import type { PostOptions } from './post-public.js';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (url: string, over: Partial<PostOptions> = {}) =>
  postPublic(url, '{"a":1}', { timeoutMs: 5000, allowPrivate: true, ...over });

describe('postPublic', () => {
  it('posts JSON and gives the status of the answer', async () => {
    const seen: { request: IncomingMessage; body: string }[] = [];
    const base = await serve((request, response) => {
      void text(request).then((body) => {
        seen.push({ request, body });
        response.writeHead(204).end();
      });
    });
    expect(await post(`${base}/hook?token=t`, { headers: { 'webhook-id': 'w' } })).toBe(204);
    const [{ request, body }] = seen;
    expect([request.method, request.url, body]).toEqual(['POST', '/hook?token=t', '{"a":1}']);
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Kadr',
      'webhook-id': 'w',
    });
  });

  it('refuses before a byte is sent', async () => {
    let asked = 0;
    const base = await serve((_request, response) => {
      asked++;
      response.end();
    });
    const named = base.replace('127.0.0.1', 'hooks.example.com');
    const resolve: PostOptions['resolve'] = (_host, _options, done) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    for (const [url, over] of [
      [base, {}],
      [named, { resolve }],
      ['ftp://example.com/', {}],
      ['http://169.254.169.254/', { allowPrivate: true }],
    ] as const) {
      const refused = { code: 'url-refused', retryable: false };
      await expect(post(url, { allowPrivate: false, ...over })).rejects.toMatchObject(refused);
    }
    expect(asked).toBe(0);
  });

  it.each([301, 307, 400, 500])('takes an answer of %i for a failure worth another attempt', async (status) => {
    let asked = 0;
    const base = await serve((_request, response) => {
      asked++;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    await expect(post(base)).rejects.toMatchObject({
      code: 'url-failed',
      retryable: true,
      message: expect.stringContaining(String(status)),
    });
    expect(asked).toBe(1);
  });

  it('stops at the deadline, and keeps path and query to itself', async () => {
    const base = await serve(() => undefined);
    await expect(post(`${base}/secret?token=secret`, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'url-timeout',
      retryable: true,
      message: `${base} did not answer within 100 ms.`,
    });
  });
});
