import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Config } from '@kadr/config';
import { BlobStore } from './blob-store.js';
import { FolderBlobStore } from './folder-blob-store.js';
import { S3BlobStore } from './s3/s3-blob-store.js';
import type { S3Settings } from './s3/s3-settings.js';

/** Gives {@link BlobStore} to every module of the application. */
@Module({})
export class BlobsModule {
  /** @throws AppError (when the application is made) if the S3 bucket or the folder of blobs cannot be used. */
  static forRoot(settings: Pick<Config, 'DATA_DIR'> & S3Settings): DynamicModule {
    return {
      module: BlobsModule,
      global: true,
      providers: [{ provide: BlobStore, useFactory: () => open(settings) }],
      exports: [BlobStore],
    };
  }
}

async function open(settings: Pick<Config, 'DATA_DIR'> & S3Settings): Promise<BlobStore> {
  return settings.S3_BUCKET ? S3BlobStore.open(settings) : FolderBlobStore.open(join(settings.DATA_DIR, 'blobs'));
}
