import { Controller, Injectable } from '@nestjs/common';
import {
  TOPICS,
  decodeFrame,
  decodeJob,
  decodeOutcome,
  encodeAnnotated,
  encodeModelCard,
  encodeOutcome,
  framesTopic,
  parseSource,
} from '@kadr/contracts';
import type { FrameV1, ModelCardV1, Outcome, ResultV1 } from '@kadr/contracts';
import { BLOBS } from '@kadr/contracts';
import { BlobStore, JobsRepository, OutcomesRepository } from '@kadr/storage';
import { Consume, Publisher } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';

/** What the fake worker does with a frame: its outcome, or nothing at all. */
export type Behaviour = (frame: FrameV1) => Promise<Outcome | undefined> | Outcome | undefined;

export const CARD: ModelCardV1 = {
  id: 'objects',
  name: 'Objects',
  description: 'Objects with masks',
  task: 'instance-segmentation',
  classes: ['person', 'cat'],
  input: { width: 300, height: 300 },
  threshold: 0.4,
  licence: 'Apache-2.0',
  digest: 'sha256:00',
  provider: 'cpu',
  state: 'ready',
  default: true,
  worker: 'fake',
};

/** The result that the fake worker gives. */
export function resultOf(frame: FrameV1): Outcome {
  const { source, sequence, width, height } = frame;
  const result: ResultV1 = {
    id: `${source}/${sequence}`,
    source: parseSource(source)!,
    sequence,
    model: { id: frame.model, digest: 'sha256:00' },
    image: { width, height },
    objects: [],
    capturedAt: frame.capturedAt,
    timings: { queueMs: 0, decodeMs: 0, inferenceMs: 0, postprocessMs: 0, drawMs: 0 },
  };
  return { type: 'kadr.result.v1', source, sequence, result };
}

/** The failure of a frame. */
export function failureOf({ source, sequence }: FrameV1, code: string, detail = 'for the test'): Outcome {
  return {
    type: 'kadr.failure.v1',
    source,
    sequence,
    failure: { id: `${source}/${sequence}`, source, sequence, code, detail, attempts: 1 },
  };
}

/** Stands in for inference and viewer: answers frames as a test says, and projects outcomes. */
@Injectable()
export class FakeInference {
  behaviour: Behaviour = resultOf;
  readonly frames: FrameV1[] = [];
  readonly messages: BusMessage[] = [];
  readonly cancelled = new Set<string>();

  constructor(private readonly publisher: Publisher) {}

  announce(...cards: Partial<ModelCardV1>[]): Promise<void> {
    return this.publisher.publish(
      TOPICS.models,
      ...cards.map((card) => encodeModelCard(Object.assign({}, CARD, card))),
    );
  }

  async onFrame(message: BusMessage): Promise<Outcome | undefined> {
    const frame = decodeFrame(message);
    this.frames.push(frame);
    this.messages.push(message);
    const { source, sequence } = frame;
    const job = parseSource(source)!.id;
    if (!this.cancelled.has(job)) return this.behaviour(frame);
    return {
      type: 'kadr.drop.v1',
      source,
      sequence,
      drop: { id: `${sequence}`, source, sequence, reason: 'cancelled' },
    };
  }
}

const WORKER = { group: 'inference', concurrency: 8 };
const VIEWER = { group: 'viewer', concurrency: 1 };

@Controller()
export class FakeWorkers {
  constructor(
    private readonly inference: FakeInference,
    private readonly publisher: Publisher,
    private readonly blobs: BlobStore,
    private readonly jobs: JobsRepository,
    private readonly outcomes: OutcomesRepository,
  ) {}

  @Consume({ topic: framesTopic('*', 'live'), ...WORKER })
  async live(message: BusMessage): Promise<void> {
    await this.answer(message);
  }

  @Consume({ topic: framesTopic('*', 'batch'), ...WORKER })
  async batch(message: BusMessage): Promise<void> {
    await this.answer(message);
  }

  @Consume({ topic: TOPICS.outcomes, ...VIEWER })
  async outcome(message: BusMessage): Promise<void> {
    await this.outcomes.record([decodeOutcome(message)]);
    for (const id of await this.jobs.removable()) await this.remove(id);
  }

  @Consume({ topic: TOPICS.jobs, ...VIEWER })
  async job(message: BusMessage): Promise<void> {
    const job = decodeJob(message);
    if (!job) return this.remove(message.key!);
    if (job.state !== 'cancelled') return;
    this.inference.cancelled.add(job.id);
    await this.jobs.markCancelled(job.id, new Date().toISOString());
    for (const id of await this.jobs.removable()) await this.remove(id);
  }

  private async remove(id: string): Promise<void> {
    await this.jobs.remove(id);
    await this.blobs.removeAll(BLOBS.job(id));
  }

  private async answer(message: BusMessage): Promise<void> {
    const outcome = await this.inference.onFrame(message);
    if (!outcome) return;
    const { source, sequence, options, image } = decodeFrame(message);
    if (options.annotate && outcome.type === 'kadr.result.v1') {
      const { kind, id } = parseSource(source)!;
      const blob = kind === 'job' ? BLOBS.annotated(id, sequence) : undefined;
      if (blob) await this.blobs.put(blob, image);
      const annotated = encodeAnnotated({ id: `${source}/${sequence}/annotated`, source, sequence, image });
      await this.publisher.publish(TOPICS.annotated, { ...annotated, blob });
    }
    await this.publisher.publish(TOPICS.outcomes, encodeOutcome(outcome));
  }
}
