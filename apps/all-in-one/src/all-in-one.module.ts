import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Config, ConfigModule } from '@kadr/config';
import { TOPIC_CATALOGUE } from '@kadr/contracts';
import { ObservabilityModule } from '@kadr/observability';
import type { Log } from '@kadr/observability';
import { BlobStore, StorageModule } from '@kadr/storage';
import { TransportModule } from '@kadr/transport';
import { GatewayModule } from '../../gateway/src/gateway.module.js';
import { InferenceModule } from '../../inference/src/inference.module.js';
import { ViewerModule } from '../../viewer/src/viewer.module.js';

/** The gateway, inference and viewer in one application, joined by the embedded bus. */
@Module({})
export class AllInOneModule {
  static forRoot(config: Config, log: Log): DynamicModule {
    return {
      module: AllInOneModule,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule.forRoot(log),
        StorageModule.forRoot(config),
        TransportModule.forRootAsync({
          inject: [Config, BlobStore],
          useFactory: (settings: Config, claims: BlobStore) => ({
            topics: TOPIC_CATALOGUE,
            claims,
            claimCheckBytes: settings.CLAIM_CHECK_BYTES,
            dataDir: settings.DATA_DIR,
            concurrency: { inference: settings.INFERENCE_CONCURRENCY },
          }),
        }),
        GatewayModule,
        InferenceModule,
        ViewerModule,
      ],
    };
  }
}
