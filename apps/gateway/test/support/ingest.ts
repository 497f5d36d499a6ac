import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { ConfigModule, loadConfig } from '@kadr/config';
import { TOPICS, BLOBS, decodeOutcome, parseSource } from '@kadr/contracts';
import { ObservabilityModule } from '@kadr/observability';
import { BlobStore, BlobsModule, DatabaseModule, JobsRepository, UploadsRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import type { OutgoingMessage } from '@kadr/transport';
import { v7 as uuid } from 'uuid';
import { AdoptionService } from '../../src/ingest/adoption.service.js';
import { FlightLimit } from '../../src/ingest/flight-limit.js';
import { FrameMaker } from '../../src/ingest/frame-maker.js';
import { IngestLeases } from '../../src/ingest/ingest-leases.js';
import { IngestService } from '../../src/ingest/ingest.service.js';
import { ItemPublisher } from '../../src/ingest/item-publisher.js';
import { GatewayInstance } from '../../src/predict/gateway-instance.js';
import { PictureFetcher } from '../../src/uploads/picture-fetcher.js';
import { TemporaryFolders } from '../../src/uploads/temporary-folders.js';
import { MemoryLog } from './gateway.js';
import { picture } from './pictures.js';

/** Keeps what is published, as `job/sequence`; refuses frames when a test says so. */
class MemoryPublisher extends Publisher {
  readonly frames: string[] = [];
  readonly failures: string[] = [];
  refused = 0;
  private error: Error | undefined;
  private left = 0;

  /** Refuses with `error` every frame after `left` more. */
  refuse(error: Error, left: number): void {
    Object.assign(this, { error, left });
  }

  accept(): void {
    this.error = undefined;
  }

  async publish(topic: string, ...messages: OutgoingMessage[]): Promise<void> {
    for (const message of messages) this.take(topic, message);
  }

  private take(topic: string, message: OutgoingMessage): void {
    const place = `${parseSource(message.headers.ce_source)?.id}/${message.headers.ce_sequence}`;
    if (topic === TOPICS.outcomes) {
      const outcome = decodeOutcome(message);
      this.failures.push(`${place} ${outcome.type === 'kadr.failure.v1' ? outcome.failure.code : outcome.type}`);
    } else if (this.error && this.left === 0) {
      this.refused += 1;
      throw this.error;
    } else {
      this.left -= 1;
      this.frames.push(place);
    }
  }
}

/** What of a gateway makes frames of pictures, in a process of its own as it were, without a bus. */
export interface TestIngest {
  module: TestingModule;
  bus: MemoryPublisher;
  /** Makes a job of pictures as the API does; its id. */
  create(pictures: number): Promise<string>;
  pending(job: string): Promise<unknown[]>;
  /** Stops without giving anything back. */
  die(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one of several that share `dataDir`. */
export async function startIngest(dataDir: string, environment: Record<string, string>): Promise<TestIngest> {
  const config = loadConfig({ KAFKA_BROKERS: 'others:9092', ...environment, DATA_DIR: dataDir });
  const bus = new MemoryPublisher();
  const ingest = [FrameMaker, ItemPublisher, FlightLimit, IngestLeases, IngestService, AdoptionService];
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      ObservabilityModule.forRoot(new MemoryLog()),
      BlobsModule.forRoot(config),
      DatabaseModule.forRoot(config),
    ],
    providers: [GatewayInstance, TemporaryFolders, PictureFetcher, ...ingest, { provide: Publisher, useValue: bus }],
  }).compile();
  await module.init();
  return {
    module,
    bus,
    create: (pictures) => create(module, pictures),
    pending: (job) => module.get(UploadsRepository).pending([job], 1000),
    die: async () => {
      module.get(IngestLeases).end = () => Promise.resolve();
      await module.close();
    },
    close: () => module.close(),
  };
}

async function create(module: TestingModule, pictures: number): Promise<string> {
  const [id, service] = [uuid(), module.get(IngestService)];
  const items = Array.from({ length: pictures }, (_, n) => ({
    sequence: n,
    name: `${n}.jpg`,
    blob: BLOBS.upload(id, n),
  }));
  for (const { sequence, blob } of items) await module.get(BlobStore).put(blob, await picture(sequence));
  const job = { id, kind: 'pictures' as const, model: 'objects', options: {}, createdAt: new Date().toISOString() };
  await module.get(JobsRepository).insert({ ...job, owner: service.owner, items });
  service.add({ jobId: id, model: 'objects', options: {} }, items);
  return id;
}
