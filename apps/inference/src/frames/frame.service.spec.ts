import { beforeEach, describe, expect, it } from '@jest/globals';
import { encodeFrame, framesTopic, TOPICS } from '@kadr/contracts';
import type { FrameV1, ResultV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { Log, Metrics } from '@kadr/observability';
import type { BlobStore } from '@kadr/storage';
import type { BusMessage, OutgoingMessage, Publisher } from '@kadr/transport';
import type { ModelRegistry } from '../registry/model-registry.js';
import { CancelledJobs } from './cancelled-jobs.js';
import type { FrameRun, FrameRunner } from './frame-runner.js';
import { FrameService } from './frame.service.js';
import { OutcomePublisher } from './outcome-publisher.js';

const NOW = new Date().toISOString();
const TIMINGS = { queueMs: 1, decodeMs: 1, inferenceMs: 1, postprocessMs: 1, drawMs: 1 };
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function message(frame: Partial<FrameV1> = {}, more: Partial<BusMessage> = {}): BusMessage {
  const names = { id: '1', source: 'job:7', sequence: 3, model: 'm', width: 64, height: 48, capturedAt: NOW };
  const { key, headers } = encodeFrame({ ...names, options: {}, image: Buffer.from('jpeg'), ...frame }, 'batch');
  const place = { topic: framesTopic('m', 'batch'), partition: 0, offset: '0', timestamp: 0 };
  return { ...place, attempt: 1, lastAttempt: false, key, headers, value: Buffer.from('jpeg'), ...more };
}

describe('FrameService', () => {
  let written: string[];
  let cancelled: CancelledJobs;
  let run: () => Promise<FrameRun>;
  let entry: { ready: boolean; failure?: Error };
  let ensure: () => Promise<void>;
  let service: FrameService;

  beforeEach(() => {
    written = [];
    cancelled = new CancelledJobs();
    entry = { ready: true };
    ensure = async () => undefined;
    const result = { id: '1', objects: [], timings: TIMINGS } as unknown as ResultV1;
    run = async () => ({ result, annotated: Buffer.from('drawn') });
    service = serviceOf();
  });

  function serviceOf(): FrameService {
    const publisher: Publisher = {
      publish: async (topic, ...messages) => {
        written.push(...messages.map((each) => wordFor(topic, each)));
      },
    };
    const blobs = { put: async (key: string) => void written.push(key) } as unknown as BlobStore;
    const registry = { find: () => entry, ensure: () => ensure() } as unknown as ModelRegistry;
    const runner = { run: () => run() } as unknown as FrameRunner;
    const outcomes = new OutcomePublisher(publisher, blobs);
    return new FrameService(registry, runner, outcomes, cancelled, new Metrics(), SILENT);
  }

  function wordFor(topic: string, { headers, value }: OutgoingMessage): string {
    if (topic === TOPICS.annotated) return 'annotated';
    const { reason, code } = JSON.parse(Buffer.from(value!).toString()) as { reason?: string; code?: string };
    return [headers.ce_type, reason ?? code ?? ''].join(' ').trim();
  }

  it("stores a job's drawn picture, then announces it, then the result", async () => {
    await service.handle(message(), 'batch');
    expect(written).toEqual(['jobs/7/annotated/3.jpg', 'annotated', 'kadr.result.v1']);
  });

  it('stores nothing of a request', async () => {
    await service.handle(message({ source: 'request:g' }), 'live');
    expect(written).toEqual(['annotated', 'kadr.result.v1']);
  });

  it('drops what is expired or cancelled, without running it', async () => {
    run = () => Promise.reject(new Error('must not run'));
    await service.handle(message({ expiresAt: new Date(0).toISOString() }), 'live');
    cancelled.add('job:7');
    await service.handle(message(), 'batch');
    expect(written).toEqual(['kadr.drop.v1 expired', 'kadr.drop.v1 cancelled']);
  });

  it('drops what was cancelled while its model was loaded', async () => {
    entry.ready = false;
    ensure = async () => void cancelled.add('job:7');
    await service.handle(message(), 'batch');
    expect(written).toEqual(['kadr.drop.v1 cancelled']);
  });

  it('answers a live frame of a cold model at once, and is done with it', async () => {
    entry.ready = false;
    ensure = () => new Promise(() => undefined);
    await service.handle(message(), 'live');
    expect(written).toEqual(['kadr.failure.v1 model-loading']);
  });

  it('says nothing of an error that may pass, before the last attempt', async () => {
    const error = new AppError('unavailable', 'inference-failed', 'died');
    run = () => Promise.reject(error);
    await expect(service.handle(message(), 'batch')).rejects.toBe(error);
    expect(written).toEqual([]);
    await expect(service.handle(message({}, { attempt: 5, lastAttempt: true }), 'batch')).rejects.toBe(error);
    expect(written).toEqual(['kadr.failure.v1 inference-failed']);
  });

  it('gives a frame with a lasting error its failure, then lets it be dead-lettered', async () => {
    run = () => Promise.reject(new AppError('unprocessable', 'damaged-picture', 'cut short'));
    await expect(service.handle(message(), 'batch')).rejects.toMatchObject({ code: 'damaged-picture' });
    expect(written).toEqual(['kadr.failure.v1 damaged-picture']);
  });

  it('gives no outcome to what names no frame', async () => {
    const nameless = message();
    const headers = { ...nameless.headers, ce_sequence: 'first' };
    await expect(service.handle({ ...nameless, headers }, 'batch')).rejects.toMatchObject({ code: 'bad-message' });
    expect(written).toEqual([]);
  });
});
