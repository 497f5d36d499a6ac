import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Injectable } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { Config, ConfigModule, loadConfig } from '@kadr/config';
import { TOPICS, TOPIC_CATALOGUE, decodeJob, decodeLiveJob } from '@kadr/contracts';
import { Log, ObservabilityModule } from '@kadr/observability';
import { BlobStore, BlobsModule, DatabaseModule } from '@kadr/storage';
import { Consume, BusStrategy, TransportModule } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { PageFiles } from '../../src/page/page-files.js';
import { ViewerModule } from '../../src/viewer.module.js';

/** Keeps what was logged. */
class MemoryLog extends Log {
  readonly lines: { level: string; event: string; fields?: object }[] = [];
  debug = (event: string, fields?: object): void => void this.lines.push({ level: 'debug', event, fields });
  info = (event: string, fields?: object): void => void this.lines.push({ level: 'info', event, fields });
  warn = (event: string, fields?: object): void => void this.lines.push({ level: 'warn', event, fields });
  error = (event: string, fields?: object): void => void this.lines.push({ level: 'error', event, fields });
}

/** Keeps what the bus said of jobs, as `id state`, what viewers told each other, and the reasons of dead letters. */
@Injectable()
class Heard {
  readonly jobs: string[] = [];
  readonly live: string[] = [];
  readonly deadLetters: string[] = [];
}

@Controller()
class Listener {
  constructor(private readonly heard: Heard) {}

  @Consume({ topic: TOPICS.jobs, group: 'test' })
  async job(message: BusMessage): Promise<void> {
    this.heard.jobs.push(`${message.key} ${decodeJob(message)?.state ?? 'removed'}`);
  }

  @Consume({ topic: TOPICS.live, group: 'test' })
  async live(message: BusMessage): Promise<void> {
    const { jobId, job } = decodeLiveJob(message);
    this.heard.live.push(`${jobId} ${job?.state ?? 'removed'}`);
  }

  @Consume({ topic: TOPICS.deadLetters, group: 'test' })
  async deadLetter(message: BusMessage): Promise<void> {
    this.heard.deadLetters.push(message.headers.ce_errorcode);
  }
}

/** A viewer on the embedded bus. */
export interface TestViewer {
  app: NestExpressApplication;
  url: string;
  log: MemoryLog;
  heard: Heard;
  close(): Promise<void>;
}

/** Starts a viewer; `page` is the folder of the page, `environment` as the process would have it. */
export async function startViewer(page = '/nowhere', environment: Record<string, string> = {}): Promise<TestViewer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kadr-viewer-'));
  const config = loadConfig({ ...environment, DATA_DIR: dataDir });
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
          dataDir,
        }),
      }),
      ViewerModule,
    ],
    controllers: [Listener],
    providers: [Heard],
  })
    .overrideProvider(PageFiles)
    .useValue(await PageFiles.read(page))
    .compile();
  const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
  app.connectMicroservice({ strategy: app.get(BusStrategy) });
  await app.init();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const close = async (): Promise<void> => {
    await app.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  return { app, url: await app.getUrl(), log, heard: app.get(Heard), close };
}

/** Waits until `condition` holds, for a limited time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await sleep(5);
  }
}
