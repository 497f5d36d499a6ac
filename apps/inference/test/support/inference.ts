import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { Controller, Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Config, ConfigModule, loadConfig } from '@kadr/config';
import { decodeModelCard, decodeOutcome, TOPIC_CATALOGUE, TOPICS } from '@kadr/contracts';
import type { ModelCardV1, Outcome } from '@kadr/contracts';
import { ObservabilityModule, PinoLog } from '@kadr/observability';
import { BlobStore, BlobsModule } from '@kadr/storage';
import { Consume, BusStrategy, Publisher, TransportModule } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { InferenceModule } from '../../src/inference.module.js';
import { serveRequests } from '../../src/runtime/serve-requests.js';
import { WorkerHost } from '../../src/runtime/worker-host.js';
import type { WorkerRequest, WorkerSettings } from '../../src/runtime/worker-messages.js';
import { ThreadStarter, WorkerThread } from '../../src/runtime/worker-thread.js';
import type { ModelWorker, Thread } from '../../src/runtime/worker-thread.js';

const ROOT = join(import.meta.dirname, '../../../..');
const LIMIT_MS = 60_000;

/** What a worker thread does, in this one: a TypeScript worker cannot be started from Jest. */
class SameThread extends EventEmitter implements Thread {
  private readonly channel = new MessageChannel();

  constructor(settings: WorkerSettings) {
    super();
    serveRequests(this.channel.port1, new WorkerHost(settings));
    this.channel.port2.on('message', (reply) => this.emit('message', reply));
    this.channel.port2.on('close', () => this.emit('exit', 0));
  }

  postMessage(request: WorkerRequest, transfer: ArrayBuffer[]): void {
    this.channel.port2.postMessage(request, transfer);
  }

  terminate(): Promise<number> {
    this.channel.port1.close();
    return Promise.resolve(0);
  }
}

@Injectable()
class SameThreadStarter extends ThreadStarter {
  override start(settings: WorkerSettings): ModelWorker {
    return new WorkerThread(new SameThread(settings));
  }
}

/** Reads all that inference writes. */
@Controller()
export class Reader {
  readonly outcomes: Outcome[] = [];
  readonly annotated: BusMessage[] = [];
  readonly deadLetters: BusMessage[] = [];
  readonly cards = new Map<string, ModelCardV1>();

  @Consume({ topic: TOPICS.outcomes, group: 'reader' })
  async outcome(message: BusMessage): Promise<void> {
    this.outcomes.push(decodeOutcome(message));
  }

  @Consume({ topic: TOPICS.annotated, group: 'reader' })
  async picture(message: BusMessage): Promise<void> {
    this.annotated.push(message);
  }

  @Consume({ topic: TOPICS.deadLetters, group: 'reader' })
  async deadLetter(message: BusMessage): Promise<void> {
    this.deadLetters.push(message);
  }

  @Consume({ topic: TOPICS.models, group: 'reader' })
  async card(message: BusMessage): Promise<void> {
    const card = message.value && decodeModelCard(message);
    if (card) this.cards.set(card.id, card);
  }
}

/** Inference on the embedded bus, with real weights. */
export interface TestInference {
  publisher: Publisher;
  blobs: BlobStore;
  reader: Reader;
  close(): Promise<void>;
}

export async function startInference(environment: Record<string, string> = {}): Promise<TestInference> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kadr-inference-'));
  const config = loadConfig({ MODELS_DIR: join(ROOT, 'models'), ...environment, DATA_DIR: dataDir });
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      ObservabilityModule.forRoot(new PinoLog({ level: 'silent', format: 'json' })),
      BlobsModule.forRoot(config),
      TransportModule.forRootAsync({
        inject: [Config, BlobStore],
        useFactory: (settings: Config, claims: BlobStore) => ({
          topics: TOPIC_CATALOGUE,
          claims,
          claimCheckBytes: settings.CLAIM_CHECK_BYTES,
          dataDir,
        }),
      }),
      InferenceModule,
    ],
    controllers: [Reader],
  })
    .overrideProvider(ThreadStarter)
    .useClass(SameThreadStarter)
    .compile();
  const app = module.createNestApplication({ logger: false });
  app.connectMicroservice({ strategy: app.get(BusStrategy) });
  await app.init();
  await app.startAllMicroservices();
  const close = async (): Promise<void> => {
    await app.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  return { publisher: app.get(Publisher), blobs: app.get(BlobStore), reader: app.get(Reader), close };
}

/** What `read` gives, once it gives something. @throws when it does not in time. */
export async function eventually<T>(what: string, read: () => T | undefined): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const value = read();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`did not happen in ${LIMIT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
