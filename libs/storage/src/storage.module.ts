import { join } from 'node:path';
import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, Provider } from '@nestjs/common';
import type { Config } from '@kadr/config';
import { BlobStore } from './blobs/blob-store.js';
import { FolderBlobStore } from './blobs/folder-blob-store.js';
import { openDatabase } from './database/open-database.js';
import { openPostgres } from './database/open-postgres.js';
import type { Database } from './database/schema.js';
import { JobsRepository } from './jobs/jobs.repository.js';
import { UploadsRepository } from './jobs/uploads.repository.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { OutcomesRepository } from './outcomes/outcomes.repository.js';

const DATABASE = Symbol('database');
const REPOSITORIES = [JobsRepository, UploadsRepository, LedgerRepository, OutcomesRepository];

/** Gives the repositories and {@link BlobStore} to every module of the application. */
@Module({})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** @throws AppError (when the application is made) if the database or the folder of blobs cannot be used. */
  static forRoot({ DATA_DIR, DATABASE_URL }: Pick<Config, 'DATA_DIR' | 'DATABASE_URL'>): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      providers: [
        { provide: DATABASE, useFactory: () => (DATABASE_URL ? openPostgres(DATABASE_URL) : openDatabase(DATA_DIR)) },
        { provide: BlobStore, useFactory: () => FolderBlobStore.open(join(DATA_DIR, 'blobs')) },
        ...REPOSITORIES.map(repository),
      ],
      exports: [BlobStore, ...REPOSITORIES],
    };
  }

  /** The last hook of an application: by then nobody reads or writes any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.db.destroy();
  }
}

function repository(type: new (db: Database) => object): Provider {
  return { provide: type, inject: [DATABASE], useFactory: (db: Database) => new type(db) };
}
