import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Config, ConfigModule } from '@kadr/config';
import { TOPIC_CATALOGUE } from '@kadr/contracts';
import { Log, ObservabilityModule } from '@kadr/observability';
import { BlobStore, BlobsModule, DatabaseModule } from '@kadr/storage';
import { BusMonitor, Publisher, TransportModule } from '@kadr/transport';
import { kafkaOptions } from './kafka-options.js';
import { ProcessAnnouncer } from './process-announcer.js';

/** What a process of Kadr may do without. */
export interface CoreNeeds {
  /** Of the process, for people. */
  name: string;
  /** The repositories of jobs, results and the ledger. */
  database: boolean;
}

/** What every process of Kadr stands on: settings, logs and metrics, blobs, the bus, and the database if it needs one. */
@Module({})
export class CoreModule {
  static forRoot(config: Config, log: Log, { name, database }: CoreNeeds): DynamicModule {
    return {
      module: CoreModule,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule.forRoot(log),
        BlobsModule.forRoot(config),
        ...(database ? [DatabaseModule.forRoot(config)] : []),
        TransportModule.forRootAsync({
          inject: [Config, BlobStore],
          useFactory: (settings: Config, claims: BlobStore) => ({
            topics: TOPIC_CATALOGUE,
            claims,
            claimCheckBytes: settings.CLAIM_CHECK_BYTES,
            dataDir: settings.DATA_DIR,
            kafka: kafkaOptions(settings, name),
            concurrency: { inference: settings.INFERENCE_CONCURRENCY },
          }),
        }),
      ],
      providers: [
        {
          provide: ProcessAnnouncer,
          inject: [Publisher, BusMonitor, Log],
          useFactory: (publisher: Publisher, bus: BusMonitor, logger: Log) =>
            new ProcessAnnouncer(name, publisher, bus, logger),
        },
      ],
    };
  }
}
