import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { ConfigModule, loadConfig } from '@kadr/config';
import { Config } from '@kadr/config';
import { TOPIC_CATALOGUE } from '@kadr/contracts';
import { Log, ObservabilityModule } from '@kadr/observability';
import { BlobStore, BlobsModule, DatabaseModule } from '@kadr/storage';
import { BusStrategy, TransportModule } from '@kadr/transport';
import { GatewayModule } from '../../src/gateway.module.js';
import { configureGateway } from '../../src/gateway.setup.js';
import { FakeInference, FakeWorkers } from './fake-inference.js';

/** Keeps what was logged, for tests to look at. */
export class MemoryLog extends Log {
  readonly lines: { level: string; event: string; fields?: object }[] = [];
  private line(level: string, event: string, fields?: object): void {
    this.lines.push({ level, event, fields });
  }
  debug = (event: string, fields?: object): void => this.line('debug', event, fields);
  info = (event: string, fields?: object): void => this.line('info', event, fields);
  warn = (event: string, fields?: object): void => this.line('warn', event, fields);
  error = (event: string, fields?: object): void => this.line('error', event, fields);
}

/** A gateway on the embedded bus, with stand-ins for inference and viewer. */
export interface TestGateway {
  app: NestExpressApplication;
  url: string;
  dataDir: string;
  inference: FakeInference;
  log: MemoryLog;
  close(): Promise<void>;
}

/** Starts a gateway; `environment` as the process would have it. */
export async function startGateway(environment: Record<string, string> = {}, dataDir?: string): Promise<TestGateway> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'kadr-gateway-')));
  const config = loadConfig({ ...environment, DATA_DIR: folder });
  const log = new MemoryLog();
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      ObservabilityModule.forRoot(log),
      BlobsModule.forRoot(config),
      DatabaseModule.forRoot(config),
      TransportModule.forRootAsync({
        inject: [Config, BlobStore],
        useFactory: (settings: Config, claims: BlobStore) => ({
          topics: TOPIC_CATALOGUE,
          claims,
          claimCheckBytes: settings.CLAIM_CHECK_BYTES,
          dataDir: settings.DATA_DIR,
        }),
      }),
      GatewayModule,
    ],
    controllers: [FakeWorkers],
    providers: [FakeInference],
  }).compile();
  const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
  configureGateway(app);
  app.connectMicroservice({ strategy: app.get(BusStrategy) });
  await app.init();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const close = async (): Promise<void> => {
    await app.close();
    if (!dataDir) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  return { app, url: await app.getUrl(), dataDir: folder, inference: app.get(FakeInference), log, close };
}
