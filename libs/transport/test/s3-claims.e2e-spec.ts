import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { BlobStore, BlobsModule } from '@kadr/storage';
import { TransportModule } from '@kadr/transport';
import type { ClaimStore } from '@kadr/transport';
import { TestS3, describeS3 } from '../../../test/support/s3.js';
import { Gate, Recorder, closeAll, deadLettersOf, durable, start, until } from './harness.js';
import type { BusHost } from './harness.js';

jest.setTimeout(120_000);

const LARGE = Buffer.alloc(3_000_000, 'kadr');

describeS3('claim check on S3', () => {
  let s3: TestS3;
  let dataDir: string;
  let storage: TestingModule;
  let host: BusHost;

  beforeAll(async () => {
    s3 = await TestS3.start();
    dataDir = mkdtempSync(join(tmpdir(), 'kadr-bus-'));
    storage = await Test.createTestingModule({
      imports: [BlobsModule.forRoot({ DATA_DIR: dataDir, ...s3.settings })],
    }).compile();
    host = { module: (options) => TransportModule.forRoot({ ...options, dataDir }) };
  });
  afterAll(async () => {
    await closeAll();
    await storage.close();
    await s3.stop();
    rmSync(dataDir, { recursive: true });
  });

  /** The store, and what it refused to read. */
  function watched(): { claims: ClaimStore; refusals: unknown[] } {
    const blobs = storage.get(BlobStore);
    const refusals: unknown[] = [];
    const get = async (key: string) => {
      try {
        return await blobs.get(key);
      } catch (error) {
        refusals.push(error);
        throw error;
      }
    };
    const claims: ClaimStore = {
      get,
      put: (key, value) => blobs.put(key, value),
      remove: (key) => blobs.remove(key),
      removeOlderThan: (prefix, ms) => blobs.removeOlderThan(prefix, ms),
    };
    return { claims, refusals };
  }

  it('hands large values over whole, waiting for a server that is away', async () => {
    const topic = durable({ partitions: 1 });
    const { claims, refusals } = watched();
    const recorder = new Recorder();
    const gate = new Gate();
    const handle: typeof recorder.handle = async (message) => {
      await recorder.handle(message);
      await gate.opened;
    };
    const { handling, letters } = deadLettersOf(topic.name);
    const handlings = [{ topic: topic.name, group: 'g', concurrency: 1, handle }, handling];
    const { publisher } = await start(host, [topic], handlings, { claims, maxAttempts: 1 });
    const message = { key: 'k', headers: {}, value: LARGE };

    await publisher.publish(topic.name, message, message);
    await until('the first is there', () => recorder.messages.length === 1);
    await s3.pause();
    await expect(publisher.publish(topic.name, message)).rejects.toMatchObject({ code: 'storage-unavailable' });
    gate.open();
    await until('the second was looked for', () => refusals.length === 1);
    expect(refusals[0]).toMatchObject({ code: 'storage-unavailable' });
    await s3.resume();
    await until('the second is there', () => recorder.messages.length === 2);
    for (const { value, headers } of recorder.messages) {
      expect(value?.equals(LARGE)).toBe(true);
      expect(headers.ce_dataref).toMatch(/^blob:claims\//);
    }
    expect(letters).toEqual([]);
  });
});
