import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Weight } from '../catalogue/model-file.js';
import type { ModelSpec } from '../catalogue/model-spec.js';
import { WeightsStore } from './weights-store.js';

const bytes = randomBytes(300_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The whole file or the rest that is asked for. */
const serve: Answer = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= bytes.length) return void response.writeHead(416).end();
  response.writeHead(from > 0 ? 206 : 200, { etag: '"one"', 'content-length': bytes.length - from });
  response.end(bytes.subarray(from));
};

/** A third of it, then the connection breaks. */
const breakOff: Answer = (_, response) => {
  response.writeHead(200, { etag: '"one"', 'content-length': bytes.length });
  response.write(bytes.subarray(0, 100_000), () => response.destroy());
};

describe('WeightsStore', () => {
  let folder: string;
  let server: Server;
  let answers: Answer[];
  let requests: IncomingMessage['headers'][];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weights-'));
    [answers, requests] = [[], []];
    server = createServer((request, response) => {
      requests.push(request.headers);
      (answers.shift() ?? serve)(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  function model(weight: Partial<Weight> = {}): ModelSpec {
    const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/net.onnx`;
    return { id: 'mine', folder, weights: { net: { source, sha256, ...weight } } } as unknown as ModelSpec;
  }

  async function ensure(spec: ModelSpec, options = {}): Promise<string> {
    const [files] = await new WeightsStore(folder).ensure([spec], options);
    return files.net;
  }

  it('fetches once, and knows what it has', async () => {
    const path = await ensure(model());
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(await ensure(model())).toBe(path);
    expect(requests).toHaveLength(1);
    expect(await readdir(dirname(path))).toEqual(['net.onnx']);
  });

  it('goes on where the connection broke, and says how far it is', async () => {
    answers.push(breakOff);
    const seen: [number, number][] = [];
    const path = await ensure(model(), {
      onProgress: (received: number, total: number) => void seen.push([received, total]),
    });
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(requests[1]).toMatchObject({ range: expect.stringMatching(/^bytes=[1-9]\d*-$/), 'if-range': '"one"' });
    expect(seen[0]).toEqual([0, 0]);
    expect(seen.at(-1)).toEqual([bytes.length, bytes.length]);
  });

  it('goes on after a restart, and from the beginning when that does not fit', async () => {
    const path = await ensure(model());
    await rm(path);
    await writeFile(`${path}.part`, bytes.subarray(0, 1000));
    await ensure(model());
    expect(requests[1].range).toBe('bytes=1000-');
    await rm(path);
    await writeFile(`${path}.part`, randomBytes(2000));
    expect((await readFile(await ensure(model()))).equals(bytes)).toBe(true);
    expect(requests.slice(2).map(({ range }) => range)).toEqual(['bytes=2000-', undefined]);
  });

  it('follows where the server sends it, and goes on there', async () => {
    const redirect: Answer = (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end();
    answers.push(redirect, breakOff, redirect);
    expect((await readFile(await ensure(model()))).equals(bytes)).toBe(true);
    expect(requests.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(requests).toHaveLength(4);
  });

  it('starts anew when the file changed between two tries', async () => {
    answers.push(breakOff, (_, response) => {
      // If-Range no longer holds: the server sends all of it.
      response.writeHead(200, { etag: '"two"', 'content-length': bytes.length }).end(bytes);
    });
    expect((await readFile(await ensure(model()))).equals(bytes)).toBe(true);
    expect(requests).toHaveLength(2);
  });

  it('tries again when the server is busy', async () => {
    answers.push((_, response) => void response.writeHead(503).end());
    await ensure(model());
    expect(requests).toHaveLength(2);
  });

  it('leaves what it has to the next try when the server gives up', async () => {
    answers.push(breakOff, (_, response) => void response.writeHead(404).end());
    await expect(ensure(model())).rejects.toMatchObject({ code: 'model-failed', retryable: false });
    const left = await readdir(join(folder, '.cache', sha256));
    expect(left).toEqual(['net.onnx.part']);
  });

  it('names both digests when the file is another', async () => {
    const expected = '0'.repeat(64);
    await expect(ensure(model({ sha256: expected }))).rejects.toThrow(`expected sha256 ${expected}, found ${sha256}`);
    expect(await readdir(join(folder, '.cache', expected))).toEqual([]);
  });

  it('notices a file that was cut short, and fetches it again', async () => {
    const path = await ensure(model());
    await truncate(path, 1000);
    const repairs: string[] = [];
    await ensure(model(), { onRepair: (message: string) => void repairs.push(message) });
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(repairs[0]).toContain(`${path} were altered or cut short: expected sha256 ${sha256}, found`);
  });

  it('says where to put the file when it is not to be had', async () => {
    answers.push((_, response) => void response.writeHead(403).end());
    await expect(ensure(model())).rejects.toThrow(
      `place the file by hand at ${join(folder, '.cache', sha256, 'net.onnx')}`,
    );
  });

  it('shares one download among those who ask at once', async () => {
    const store = new WeightsStore(folder);
    const all = await Promise.all([store.ensure([model()]), store.ensure([model()]), store.ensure([model()])]);
    expect(new Set(all.map(([files]) => files.net)).size).toBe(1);
    expect(requests).toHaveLength(1);
  });

  it('stops when asked to', async () => {
    answers.push((_, response) => void response.writeHead(200, { 'content-length': bytes.length }).write('x'));
    const stop = new AbortController();
    const waiting = ensure(model(), {
      signal: stop.signal,
      onProgress: (received: number) => received > 0 && stop.abort(new Error('stop')),
    });
    await expect(waiting).rejects.toThrow('stop');
  });

  it('checks a file beside model.json', async () => {
    const source = 'file:net.onnx';
    await expect(ensure(model({ source }))).rejects.toThrow(`restore ${join(folder, 'net.onnx')}`);
    await writeFile(join(folder, 'net.onnx'), bytes);
    expect(await ensure(model({ source }))).toBe(join(folder, 'net.onnx'));
    await writeFile(join(folder, 'net.onnx'), 'altered');
    await expect(ensure(model({ source }))).rejects.toThrow(`expected sha256 ${sha256}, found`);
  });
});
