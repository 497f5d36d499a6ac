import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { fromBufferPromise } from 'yauzl';
import { zipStream } from './zip-stream.js';

const entry = (name: string, open: () => Promise<Readable>) => ({ name, compress: false, open });
const endless = () => new Readable({ read: () => undefined });

describe('zipStream', () => {
  it('opens each file when its turn comes', async () => {
    const open: string[] = [];
    let most = 0;
    const file = (name: string) =>
      entry(name, async () => {
        most = Math.max(most, open.push(name));
        return Readable.from([Buffer.from(name)]).once('end', () => open.pop());
      });
    const zip = await fromBufferPromise(await buffer(zipStream(['a', 'b', 'c'].map(file))));
    expect([zip.entryCount, most]).toEqual([3, 1]);
  });

  it('breaks off when a file cannot be opened', async () => {
    const gone = entry('a', () => Promise.reject(new Error('gone')));
    await expect(buffer(zipStream([gone]))).rejects.toThrow('gone');
  });

  it('closes the file that is open when its reader leaves', async () => {
    const file = endless();
    const closed = new Promise((resolve) => file.once('close', resolve));
    const zip = zipStream([entry('a', async () => file)]);
    zip.once('data', () => zip.destroy());
    await closed;
    expect(file.destroyed).toBe(true);
  });

  it('closes a file that is opened after its reader left', async () => {
    const file = endless();
    const closed = new Promise((resolve) => file.once('close', resolve));
    const zip = zipStream([
      entry('a', async () => {
        await Promise.resolve();
        zip.destroy();
        return file;
      }),
    ]);
    await closed;
    expect(file.destroyed).toBe(true);
  });
});
