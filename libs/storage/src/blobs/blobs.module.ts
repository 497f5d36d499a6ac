import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Config } from '@kadr/config';
import { BlobStore } from './blob-store.js';
import { FolderBlobStore } from './folder-blob-store.js';

/** Gives {@link BlobStore} to every module of the application. */
@Module({})
export class BlobsModule {
  /** @throws AppError (when the application is made) if the folder of blobs cannot be used. */
  static forRoot({ DATA_DIR }: Pick<Config, 'DATA_DIR'>): DynamicModule {
    return {
      module: BlobsModule,
      global: true,
      providers: [{ provide: BlobStore, useFactory: () => FolderBlobStore.open(join(DATA_DIR, 'blobs')) }],
      exports: [BlobStore],
    };
  }
}
