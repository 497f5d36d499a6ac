import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { madeOnce } from './converted-cache.js';

describe('madeOnce', () => {
  let parent: string;
  let folder: string;
  let made: number;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'converted-'));
    folder = join(parent, 'key');
    made = 0;
  });
  afterEach(() => rm(parent, { recursive: true }));

  async function make(): Promise<Record<string, Uint8Array>> {
    made++;
    return { 'a.onnx': Buffer.from('network'), 'b.f32': Buffer.from('anchors') };
  }

  it('makes the files once', async () => {
    expect(await madeOnce(folder, make)).toBe(folder);
    await madeOnce(folder, make);
    expect([made, await readFile(join(folder, 'a.onnx'), 'utf8')]).toEqual([1, 'network']);
  });

  it.each(['a.onnx', 'digests.json'])('makes them again when %s was cut short, and says so', async (name) => {
    await madeOnce(folder, make);
    await truncate(join(folder, name), 3);
    const repairs: string[] = [];
    await madeOnce(folder, make, (message) => repairs.push(message));
    expect(repairs).toEqual([`${join(folder, name)} was altered or cut short. It is made again.`]);
    expect([made, await readFile(join(folder, 'a.onnx'), 'utf8')]).toEqual([2, 'network']);
  });

  it('leaves nothing behind when making fails', async () => {
    const failing = () => Promise.reject(new Error('no such operator'));
    await expect(madeOnce(folder, failing)).rejects.toThrow('no such operator');
    expect(await readdir(parent)).toEqual([]);
  });

  it('may be asked twice at once', async () => {
    await Promise.all([madeOnce(folder, make), madeOnce(folder, make)]);
    expect(await readdir(parent)).toEqual(['key']);
    expect((await readdir(folder)).sort()).toEqual(['a.onnx', 'b.f32', 'digests.json']);
  });
});
