import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, Provider } from '@nestjs/common';
import type { Config } from '@kadr/config';
import { openDatabase } from './open-database.js';
import { openPostgres } from './open-postgres.js';
import type { Database } from './schema.js';
import { DeadLettersRepository } from '../dead-letters/dead-letters.repository.js';
import { JobsRepository } from '../jobs/jobs.repository.js';
import { LeasesRepository } from '../jobs/leases.repository.js';
import { UploadsRepository } from '../jobs/uploads.repository.js';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { OutcomesRepository } from '../outcomes/outcomes.repository.js';

const DATABASE = Symbol('database');
const REPOSITORIES = [
  JobsRepository,
  UploadsRepository,
  LeasesRepository,
  LedgerRepository,
  OutcomesRepository,
  DeadLettersRepository,
];

/** Gives the repositories to every module of the application. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** @throws AppError (when the application is made) if the database cannot be used. */
  static forRoot({ DATA_DIR, DATABASE_URL }: Pick<Config, 'DATA_DIR' | 'DATABASE_URL'>): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: DATABASE, useFactory: () => (DATABASE_URL ? openPostgres(DATABASE_URL) : openDatabase(DATA_DIR)) },
        ...REPOSITORIES.map(repository),
      ],
      exports: REPOSITORIES,
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
