import { expect } from '@jest/globals';
import type { Kafka } from 'kafkajs';
import { v7 as uuid } from 'uuid';
import type { JobV1 } from '@kadr/contracts';
import type { App } from '../app.js';
import { startCluster } from '../cluster.js';
import type { Cluster, ClusterOptions } from '../cluster.js';
import { call, form } from '../http.js';
import { eventually } from '../kadr.js';
import { rawClient, readTopic, sendRaw } from '../kafka/client.js';
import type { RawMessage, RawOutgoing } from '../kafka/client.js';
import type { KafkaSource } from '../kafka/find-kafka.js';
import type { KafkaOptions, TestKafka } from '../kafka/types.js';
import { LiveSource } from './live-source.js';
import { MODEL, smallPicture } from './picture.js';
import type { PictureServer } from './picture-server.js';

/** Pictures of the job that runs while things go wrong. */
export const PICTURES = 200;
/** Generous: the machine may be busy with other things. */
export const LIMIT_MS = 120_000;

export interface WorldOptions extends Omit<ClusterOptions, 'brokers'> {
  kafka?: KafkaOptions;
}

/** A Kafka and the apps as processes of their own; each world has its own topics, so that a broker may be shared. */
export class World {
  readonly prefix = `chaos-${uuid()}.`;
  readonly client: Kafka;
  cluster!: Cluster;
  private readonly sources: LiveSource[] = [];

  private constructor(readonly kafka: TestKafka) {
    this.client = rawClient(kafka.brokers);
  }

  static async start(source: KafkaSource, { kafka, env, ...apps }: WorldOptions = {}): Promise<World> {
    const world = new World(await source.start(kafka));
    const { brokers } = world.kafka;
    const all = { KADR_MODELS: MODEL, KAFKA_TOPIC_PREFIX: world.prefix, INFERENCE_THREADS: '1', ...env };
    try {
      world.cluster = await startCluster({ brokers, env: all, ...apps });
    } catch (error) {
      await world.kafka.dispose();
      throw error;
    }
    return world;
  }

  /** Ends all that was started, whatever state it is in. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.sources.map((source) => source.abandon()));
    await this.cluster.stop();
    await this.kafka.dispose();
  }

  /** Of the first gateway. */
  get url(): string {
    return this.cluster.gateway.url;
  }

  get apps(): App[] {
    return [...this.cluster.gateways, ...this.cluster.viewers, ...this.cluster.inference];
  }

  /** A camera that films from now on. */
  async live(): Promise<LiveSource> {
    const live = await LiveSource.start(this.client, this.prefix);
    this.sources.push(live);
    return live;
  }

  /** Sends messages to one partition; their offsets. */
  async send(topic: string, partition: number, ...messages: RawOutgoing[]): Promise<number[]> {
    const placed = messages.map((message) => ({ ...message, partition }));
    const [{ baseOffset }] = await sendRaw(this.client, this.prefix + topic, ...placed);
    return messages.map((_, index) => Number(baseOffset) + index);
  }

  /** A topic as it is now. */
  read(topic: string): Promise<RawMessage[]> {
    return readTopic(this.client, this.prefix + topic);
  }

  /** Makes a job of {@link PICTURES}; its id. */
  async job(): Promise<string> {
    const { status, body } = await this.postJob(await jobForm());
    expect(status).toBe(202);
    return body.id;
  }

  /** Makes a job of {@link PICTURES} that goes on as `pictures` are allowed; its id. */
  async slowJob(pictures: PictureServer, url = this.url): Promise<string> {
    const body = JSON.stringify({ urls: pictures.urls(PICTURES), model: MODEL, masks: 'none' });
    const headers = { 'content-type': 'application/json' };
    const answer = await call<JobV1>(`${url}/v1/jobs`, { method: 'POST', headers, body });
    expect(answer.status).toBe(202);
    return answer.body.id;
  }

  postJob(body: FormData, headers: Record<string, string> = {}): ReturnType<typeof call<JobV1>> {
    return call<JobV1>(`${this.url}/v1/jobs?model=${MODEL}&masks=none`, { method: 'POST', body, headers });
  }

  /** Waits until so many pictures of a job are done; the job then. */
  async done(job: string, least: number, limitMs = LIMIT_MS): Promise<JobV1> {
    const { body } = await eventually(
      () => call<JobV1>(`${this.url}/v1/jobs/${job}`),
      ({ status, body }) => status === 200 && body.progress.done >= least,
      limitMs,
    );
    return body;
  }
}

/** The pictures of a job, as a request carries them. */
export async function jobForm(): Promise<FormData> {
  const { image } = await smallPicture();
  return form(Array.from({ length: PICTURES }, (_, n) => ({ name: `${n}.jpg`, data: image })));
}
