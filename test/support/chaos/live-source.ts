import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners } from 'kafkajs';
import type { Kafka, Producer } from 'kafkajs';
import { v7 as uuid } from 'uuid';
import { framesTopic } from '@kadr/contracts';
import { MODEL, frameOf, smallPicture } from './picture.js';
import type { Picture } from './picture.js';

const PERIOD_MS = 100;
/** A frame that is older is dropped, which is an outcome too. */
const MAX_AGE_MS = 5000;

/** A camera as any program may be one: about ten frames a second, straight to Kafka. */
export class LiveSource {
  readonly source = `camera:${uuid()}`;
  /** Sequences that the broker has taken. */
  readonly published: number[] = [];
  private readonly stopping = new AbortController();
  private running = Promise.resolve();

  private constructor(
    private readonly producer: Producer,
    private readonly topic: string,
    private readonly picture: Picture,
  ) {}

  /** Begins at once. */
  static async start(kafka: Kafka, prefix = ''): Promise<LiveSource> {
    const picture = await smallPicture();
    const createPartitioner = Partitioners.DefaultPartitioner;
    const producer = kafka.producer({ createPartitioner, allowAutoTopicCreation: false, idempotent: true });
    await producer.connect();
    const live = new LiveSource(producer, `${prefix}${framesTopic(MODEL, 'live')}`, picture);
    live.running = live.run();
    // It is told to whoever stops it.
    live.running.catch(() => undefined);
    return live;
  }

  /** Publishes no more; resolves when the last frame is published. @throws what kept it from publishing */
  async stop(): Promise<void> {
    this.stopping.abort();
    try {
      await this.running;
    } finally {
      await this.producer.disconnect();
    }
  }

  private async run(): Promise<void> {
    for (let sequence = 0; !this.stopping.signal.aborted; sequence++) {
      const frame = frameOf(this.picture, { source: this.source, sequence }, 'live', { maxAgeMs: MAX_AGE_MS });
      await this.producer.send({ topic: this.topic, acks: -1, messages: [frame] });
      this.published.push(sequence);
      // The end comes early, which is all that its rejection says.
      await sleep(PERIOD_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }
}
