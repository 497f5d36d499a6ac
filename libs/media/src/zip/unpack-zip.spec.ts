import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ZipFile } from 'yazl';
import { unpackZip } from './unpack-zip.js';

const LIMITS = { maxEntries: 10, maxBytes: 1000 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kadr-zip-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function zipOf(files: Record<string, string | Buffer>, mode = 0o100644): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, data] of Object.entries(files)) zip.addBuffer(Buffer.from(data), name, { mode });
  zip.end();
  return buffer(zip.outputStream);
}

/** The same zip with a name of equal length written over another, which zip makers refuse to do. */
function renamed(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

async function unpack(zip: Buffer, limits = LIMITS) {
  const path = join(folder, 'in.zip');
  await writeFile(path, zip);
  return unpackZip(path, folder, 'x', limits);
}

const writtenFiles = async () => (await readdir(folder)).filter((name) => name !== 'in.zip');

describe('unpackZip', () => {
  it('writes the files one by one under names of its own', async () => {
    const files = await unpack(await zipOf({ 'a.jpg': 'first', 'b/c.jpg': 'second' }));
    expect(files.map(({ name, error }) => ({ name, error }))).toEqual([
      { name: 'a.jpg', error: undefined },
      { name: 'b/c.jpg', error: undefined },
    ]);
    expect(await readFile(files[1].path, 'utf8')).toBe('second');
    expect((await writtenFiles()).sort()).toEqual(['x0', 'x1']);
  });

  it('leaves out hidden files, folders and what macOS adds', async () => {
    const files = await unpack(
      await zipOf({ '__MACOSX/._a.jpg': 'x', '.DS_Store': 'x', 'b/.git/c': 'x', 'a.jpg': 'a' }),
    );
    expect(files.map(({ name }) => name)).toEqual(['a.jpg']);
  });

  it('leaves out symbolic links', async () => {
    await expect(unpack(await zipOf({ 'a.jpg': '/etc/passwd' }, 0o120777))).rejects.toMatchObject({
      message: expect.stringContaining('no files'),
    });
  });

  it.each([
    ['climbing', '../../a.jpg'],
    ['climbing in the middle', 'a/../../bc'],
    ['absolute', '/etc/passwd'],
    ['drive', 'C:/windows1'],
    ['backslash', 'a\\..\\b.jpg'],
  ])('refuses a whole zip with a %s path', async (_kind, evil) => {
    const name = 'p'.repeat(evil.length);
    const zip = renamed(await zipOf({ 'good.jpg': 'good', [name]: 'evil' }), name, evil);
    await expect(unpack(zip)).rejects.toMatchObject({ kind: 'unprocessable', code: 'bad-zip' });
    expect(await writtenFiles()).toEqual([]);
  });

  it('refuses what unpacks to more than the limit before it writes', async () => {
    const zip = await zipOf({ a: Buffer.alloc(600), b: Buffer.alloc(600) });
    await expect(unpack(zip)).rejects.toMatchObject({ kind: 'too-large', code: 'zip-too-large' });
    expect(await writtenFiles()).toEqual([]);
  });

  it('refuses a bomb by its ratio', async () => {
    const zip = await zipOf({ a: Buffer.alloc(20 * 1024 * 1024) });
    await expect(unpack(zip, { maxEntries: 10, maxBytes: 1e9 })).rejects.toMatchObject({ code: 'zip-too-large' });
  });

  it('stops an entry that holds more than it declares', async () => {
    const zip = await zipOf({ a: Buffer.alloc(900, 'ab') });
    const directory = zip.lastIndexOf(Buffer.from('504b0102', 'hex'));
    zip.writeUInt32LE(10, directory + 24);
    const [file] = await unpack(zip);
    expect(file.error).toMatchObject({ code: 'bad-zip' });
  });

  it('refuses more files than allowed', async () => {
    const zip = await zipOf(Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`${index}.jpg`, 'x'])));
    await expect(unpack(zip)).rejects.toMatchObject({ kind: 'too-large', code: 'too-many-files' });
  });

  it('refuses encrypted entries', async () => {
    const zip = await zipOf({ 'a.jpg': 'a' });
    const directory = zip.lastIndexOf(Buffer.from('504b0102', 'hex'));
    zip.writeUInt16LE(zip.readUInt16LE(directory + 8) | 1, directory + 8);
    await expect(unpack(zip)).rejects.toMatchObject({ code: 'bad-zip', message: expect.stringContaining('encrypted') });
  });

  it('reports a damaged entry and unpacks the others', async () => {
    const noise = Buffer.from(Array.from({ length: 200 }, (_, index) => (index * 7919) % 251));
    const zip = await zipOf({ 'a.jpg': noise, 'b.jpg': 'whole' });
    zip.fill(0xff, 35, 80);
    const [broken, whole] = await unpack(zip);
    expect(broken.error).toMatchObject({ code: 'bad-zip' });
    expect(await readFile(whole.path, 'utf8')).toBe('whole');
  });

  it.each([
    ['cut short', async () => (await zipOf({ 'a.jpg': 'some text' })).subarray(0, 60)],
    ['not a zip', async () => Buffer.from('PK no zip at all')],
    ['empty', async () => zipOf({})],
  ])('refuses one that is %s', async (_kind, make) => {
    await expect(unpack(await make())).rejects.toMatchObject({ kind: 'unprocessable', code: 'bad-zip' });
  });
});
