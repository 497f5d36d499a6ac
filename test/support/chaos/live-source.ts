import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners } from 'kafkajs';
import type { Kafka, Producer } from 'kafkajs';
import { v7 as uuid } from 'uuid';
import { framesTopic } from '@kadr/contracts';
import type { WireMessage } from '@kadr/contracts';
import { eventually } from '../kadr.js';
import { MODEL, frameOf, smallPicture } from './picture.js';
import type { Picture } from './picture.js';

const PERIOD_MS = 100;
/** A frame that is older is dropped, which is an outcome too. */
const MAX_AGE_MS = 5000;

/** A camera as any program may be one: about ten frames a second, straight to Kafka, each until the brokers have it. */
export class LiveSource {
  readonly source = `camera:${uuid()}`;
  /** Sequences that the brokers have taken. */
  readonly published: number[] = [];
  private readonly stopping = new AbortController();
  private abandoned = false;
  private producer: Producer | undefined;
  private running = Promise.resolve();

  private constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
    private readonly picture: Picture,
  ) {}

  /** Begins at once. */
  static async start(kafka: Kafka, prefix = ''): Promise<LiveSource> {
    const live = new LiveSource(kafka, `${prefix}${framesTopic(MODEL, 'live')}`, await smallPicture());
    live.running = live.run();
    return live;
  }

  /** Publishes no more; resolves when the last frame is published. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Ends, whether the last frame is published or not. */
  async abandon(): Promise<void> {
    this.abandoned = true;
    await this.stop();
  }

  /** Waits until more is published than now. */
  async goesOn(limitMs: number): Promise<void> {
    const { length } = this.published;
    await eventually(
      () => this.published.length,
      (frames) => frames > length,
      limitMs,
    );
  }

  private async run(): Promise<void> {
    for (let sequence = 0; !this.stopping.signal.aborted; sequence++) {
      const frame = frameOf(this.picture, { source: this.source, sequence }, 'live', { maxAgeMs: MAX_AGE_MS });
      while (!(await this.send(frame))) if (this.abandoned) return;
      this.published.push(sequence);
      // The end comes early, which is all that its rejection says.
      await sleep(PERIOD_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
    await this.producer?.disconnect();
  }

  /** False when the brokers did not take it; the next attempt is that of a new producer. */
  private async send(frame: WireMessage & { value: Buffer }): Promise<boolean> {
    try {
      this.producer ??= await this.connect();
      await this.producer.send({ topic: this.topic, acks: -1, messages: [frame] });
      return true;
    } catch {
      await this.producer?.disconnect().catch(() => undefined);
      this.producer = undefined;
      return false;
    }
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      idempotent: true,
      retry: { retries: 3 },
    });
    await producer.connect();
    return producer;
  }
}
