import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { S3Client, _Object as S3Object } from '@aws-sdk/client-s3';
import type { OnApplicationShutdown } from '@nestjs/common';
import { partsOfKey } from '../blob-key.js';
import { BlobStore } from '../blob-store.js';
import { blobMissing } from '../explain-blob-error.js';
import { explainS3Error, explainS3Opening, isMissingObject } from './explain-s3-error.js';
import { createS3Client, describePlace } from './s3-settings.js';
import type { S3Settings } from './s3-settings.js';

/**
 * Blobs as objects of an S3 bucket, under a prefix. S3 shows an object whole or not at all. A file goes in one request,
 * so 5 GB (the limit of S3) is the largest. What is away is tried three times, then refused with `storage-unavailable`.
 */
export class S3BlobStore extends BlobStore implements OnApplicationShutdown {
  private constructor(
    private readonly client: S3Client,
    private readonly place: string,
    private readonly settings: S3Settings,
  ) {
    super();
  }

  /** @throws AppError naming server and bucket (never the secret) and what to do when the bucket cannot be used. */
  static async open(settings: S3Settings): Promise<S3BlobStore> {
    const client = createS3Client(settings);
    const place = describePlace(settings);
    try {
      // Unlike a HEAD of the bucket, which needs the same right, a refused list says why in its body.
      await client.send(
        new ListObjectsV2Command({ Bucket: settings.S3_BUCKET, Prefix: settings.S3_PREFIX, MaxKeys: 1 }),
      );
    } catch (error) {
      client.destroy();
      throw explainS3Opening(place, error);
    }
    return new S3BlobStore(client, place, settings);
  }

  async put(key: string, data: Uint8Array): Promise<void> {
    const object = this.object(key);
    await this.attempt(key, () => this.client.send(new PutObjectCommand({ ...object, Body: data })));
  }

  async putFile(key: string, path: string): Promise<void> {
    const object = this.object(key);
    await this.attempt(key, async () => {
      const { size } = await stat(path);
      const file = createReadStream(path);
      try {
        await this.client.send(new PutObjectCommand({ ...object, Body: file, ContentLength: size }));
      } finally {
        file.destroy();
      }
      await rm(path, { force: true });
    });
  }

  async get(key: string): Promise<Buffer> {
    const object = this.object(key);
    return this.attempt(key, async () => {
      const { Body } = await this.client.send(new GetObjectCommand(object));
      return buffer(Body as Readable);
    });
  }

  async stream(key: string): Promise<{ stream: Readable; size: number }> {
    const object = this.object(key);
    return this.attempt(key, async () => {
      const { Body, ContentLength } = await this.client.send(new GetObjectCommand(object));
      return { stream: this.explained(key, Body as Readable), size: ContentLength! };
    });
  }

  async exists(key: string): Promise<boolean> {
    try {
      await this.client.send(new HeadObjectCommand(this.object(key)));
      return true;
    } catch (error) {
      if (isMissingObject(error)) return false;
      throw explainS3Error(this.place, key, error);
    }
  }

  async remove(key: string): Promise<void> {
    const object = this.object(key);
    await this.attempt(key, () => this.client.send(new DeleteObjectCommand(object)));
  }

  async removeAll(prefix: string): Promise<void> {
    await this.remove(prefix);
    await this.attempt(prefix, () => this.sweep(prefix, () => true));
  }

  async removeOlderThan(prefix: string, ms: number): Promise<number> {
    const time = Date.now() - ms;
    return this.attempt(prefix, () =>
      this.sweep(prefix, ({ LastModified }) => LastModified !== undefined && LastModified.getTime() < time),
    );
  }

  /** Ends the connections. */
  onApplicationShutdown(): void {
    this.client.destroy();
  }

  private object(key: string): { Bucket: string; Key: string } {
    const { S3_BUCKET, S3_PREFIX } = this.settings;
    const parts = partsOfKey(key);
    return { Bucket: S3_BUCKET, Key: (S3_PREFIX ? [S3_PREFIX, ...parts] : parts).join('/') };
  }

  /** Removes the objects below `prefix` that `chosen` holds for, a page of the list (1000) at a time; how many. */
  private async sweep(prefix: string, chosen: (object: S3Object) => boolean): Promise<number> {
    const { Bucket, Key } = this.object(prefix);
    let removed = 0;
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.client },
      { Bucket, Prefix: `${Key}/` },
    )) {
      const Objects = Contents.filter(chosen).map((object) => ({ Key: object.Key }));
      if (Objects.length === 0) continue;
      const { Errors = [] } = await this.client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
      );
      if (Errors.length > 0) throw Object.assign(new Error(Errors[0].Message), { name: Errors[0].Code });
      removed += Objects.length;
    }
    return removed;
  }

  /** `body` with its errors in terms of the blob. */
  private explained(key: string, body: Readable): Readable {
    const stream = new PassThrough();
    body.on('error', (error) => stream.destroy(explainS3Error(this.place, key, error)));
    stream.on('close', () => body.destroy());
    return body.pipe(stream);
  }

  private async attempt<T>(key: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isMissingObject(error) ? blobMissing(key, error) : explainS3Error(this.place, key, error);
    }
  }
}
