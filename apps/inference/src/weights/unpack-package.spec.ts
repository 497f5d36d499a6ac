import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { create } from 'tar';
import { unpackFiles } from './unpack-package.js';

describe('unpackFiles', () => {
  let folder: string;
  const big = Buffer.alloc(700_000, 'weights ');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    await mkdir(join(folder, 'package', 'dist'), { recursive: true });
    await writeFile(join(folder, 'package', 'dist', 'net.onnx'), big);
    await writeFile(join(folder, 'package', 'README.md'), 'read me');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function tarball(): Promise<Buffer> {
    await create({ cwd: folder, gzip: true, file: join(folder, 'p.tgz') }, ['package']);
    return readFile(join(folder, 'p.tgz'));
  }

  async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  function wanted(path: string, part = join(folder, 'part')) {
    const seen: [number, number][] = [];
    return { path, part, seen, onProgress: (received: number, total: number) => void seen.push([received, total]) };
  }

  it('writes what is wanted, says how far it is, and tells what is not there', async () => {
    const [net, absent] = [wanted('dist/net.onnx'), wanted('dist/other.onnx', join(folder, 'other'))];
    const missing = await unpackFiles(pieces(await tarball(), 500), [net, absent]);
    expect(missing).toEqual([absent]);
    expect((await readFile(net.part)).equals(big)).toBe(true);
    expect(net.seen.at(-1)).toEqual([big.length, big.length]);
  });

  it('fails when the package is cut short', async () => {
    const whole = await tarball();
    await expect(
      unpackFiles(pieces(whole.subarray(0, whole.length / 2), 500), [wanted('dist/net.onnx')]),
    ).rejects.toThrow();
  });

  it('fails with the error of the disk when a file cannot be written', async () => {
    const file = wanted('dist/net.onnx', join(folder, 'nowhere', 'part'));
    await expect(unpackFiles(pieces(await tarball(), 500), [file])).rejects.toThrow('ENOENT');
  });

  // A device of Linux on which no byte finds room.
  (existsSync('/dev/full') ? it : it.skip)('fails when the disk is full', async () => {
    await writeFile(join(folder, 'package', 'dist', 'net.onnx'), randomBytes(3_000_000));
    const file = wanted('dist/net.onnx', '/dev/full');
    await expect(unpackFiles(pieces(await tarball(), 60_000), [file])).rejects.toThrow('ENOSPC');
  });

  it('passes on an error of the network', async () => {
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield (await tarball()).subarray(0, 100);
      throw new Error('the connection broke');
    };
    await expect(unpackFiles(broken(), [wanted('dist/net.onnx')])).rejects.toThrow('the connection broke');
  });
});
