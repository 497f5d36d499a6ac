import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import { TOPICS, framesTopic } from '@kadr/contracts';
import type { Lane, ModelsDto, ProcessesDto, ResultV1 } from '@kadr/contracts';
import { proveLetters } from '../support/chaos/letters.js';
import type { Buried } from '../support/chaos/letters.js';
import { readMetric, readSamples } from '../support/chaos/metrics.js';
import { MODEL, frameOf, smallPicture } from '../support/chaos/picture.js';
import type { Picture } from '../support/chaos/picture.js';
import { poisonEvents, poisonFrames } from '../support/chaos/poison.js';
import { proveAccount, proveExact, proveOutcomes } from '../support/chaos/proof.js';
import { Seeded } from '../support/chaos/seeded.js';
import { lateFrame, strangers } from '../support/chaos/stranger.js';
import { LIMIT_MS, PICTURES, World } from '../support/chaos/world.js';
import { call } from '../support/http.js';
import { eventually } from '../support/kadr.js';
import { sendRaw } from '../support/kafka/client.js';
import type { RawMessage } from '../support/kafka/client.js';
import { describeKafka } from '../support/kafka/find-kafka.js';

jest.setTimeout(300_000);

const HOUR_MS = 3_600_000;

describeKafka('among what others write, beside a camera and a job', {}, (source) => {
  let world: World;
  let picture: Picture;

  beforeAll(async () => {
    [world, picture] = await Promise.all([World.start(source, { env: { INFERENCE_WORKERS: '2' } }), smallPicture()]);
  });
  afterAll(() => world?.dispose());

  /** Rebalances and restarts of all groups, by process, and which processes there are. */
  async function calm(): Promise<unknown> {
    return Promise.all(
      world.apps.map(async ({ url, process }) => [
        process.pid,
        process.exitCode,
        await readMetric(url, 'kadr_consumer_rebalances_total'),
        await readMetric(url, 'kadr_consumer_restarts_total'),
        (await fetch(`${url}/health/ready`)).status,
      ]),
    );
  }

  /** Names of processes and ids of models, once nothing waits that says otherwise. */
  async function served(): Promise<string[]> {
    const behind = () => readMetric(world.url, 'kadr_consumer_lag_messages');
    await eventually(behind, (messages) => messages === 0, LIMIT_MS);
    const { processes } = (await call<ProcessesDto>(`${world.url}/v1/processes`)).body;
    const { models } = (await call<ModelsDto>(`${world.url}/v1/models`)).body;
    return [...processes.map(({ name }) => name), ...models.map(({ id }) => id)].sort();
  }

  /** Each poisonous frame between two good ones, in one partition. */
  async function poisonLane(
    lane: Lane,
    partition: number,
  ): Promise<{ buried: Buried[]; camera: string; good: number }> {
    const camera = `camera:${uuid()}`;
    const topic = framesTopic(MODEL, lane);
    const good = (sequence: number) => frameOf(picture, { source: camera, sequence }, lane);
    const poisons = poisonFrames(picture, camera, 1000, lane);
    const buried: Buried[] = [];
    for (const [sequence, poison] of poisons.entries()) {
      await world.send(topic, partition, good(sequence));
      const [offset] = await world.send(topic, partition, poison.message);
      buried.push({ poison, topic, partition, offset, groups: ['inference'] });
    }
    await world.send(topic, partition, good(poisons.length));
    return { buried, camera, good: poisons.length + 1 };
  }

  it('poison is put aside with its reason, and nothing else suffers', async () => {
    const before = await calm();
    const live = await world.live();
    const job = await world.job();
    await world.done(job, 10);
    const lanes = await Promise.all([poisonLane('live', 1), poisonLane('batch', 5)]);
    const buried = lanes.flatMap((lane) => lane.buried);
    const topics = [
      [TOPICS.outcomes, 'kadr.result.v1', ['viewer']],
      [TOPICS.outcomes, 'kadr.drop.v1', ['viewer']],
      [TOPICS.outcomes, 'kadr.failure.v1', ['viewer']],
      [TOPICS.outcomes, 'kadr.result.v9', ['viewer']],
      [TOPICS.jobs, 'kadr.job.v1', ['viewer', 'webhooks']],
      [TOPICS.annotated, 'kadr.annotated.v9', ['viewer']],
      [TOPICS.annotated, 'kadr.annotated.v1', ['viewer'], 'damaged-picture'],
    ] as const;
    for (const [topic, type, groups, code] of topics) {
      const key = topic === TOPICS.jobs ? job : `job:${job}`;
      const poisons = poisonEvents(type, `job:${job}`, key, code);
      const offsets = await world.send(topic, 2, ...poisons.map(({ message }) => message));
      buried.push(...poisons.map((poison, index) => ({ poison, topic, partition: 2, offset: offsets[index], groups })));
    }

    // Every instance reads these by itself, so none writes a letter.
    for (const topic of [TOPICS.models, TOPICS.processes, TOPICS.live]) {
      const poisons = [
        ...poisonEvents('kadr.model.v1', 'worker:x', 'x'),
        ...poisonEvents('kadr.live-job.v1', 'x', job),
      ];
      await world.send(topic, 0, ...poisons.map(({ message }) => message));
    }

    for (const { buried: mine, camera, good } of lanes) {
      const failed = mine.flatMap(({ poison }) => poison.sequence ?? []);
      const entry = await proveAccount(world, camera, good + failed.length);
      expect(entry).toMatchObject({ results: good, failures: failed.length });
      proveOutcomes(await world.read(TOPICS.outcomes), camera, [...Array(good).keys(), ...failed], true);
    }
    await proveLetters(world, buried);
    await proveExact(world, { jobs: [job], live, once: true });
    expect(await served()).toEqual(
      ['gateway', 'inference', 'viewer', 'objects', 'objects-fast', 'objects-fine'].sort(),
    );
    expect(await calm()).toEqual(before);
  });

  it('frames of a stranger are frames: any order of headers, more of them, twice, and keys of its own', async () => {
    const before = await calm();
    const live = await world.live();
    const job = await world.job();
    const random = new Seeded();
    const sent = { ours: 0, theirs: 0 };
    const [ours, theirs] = [`camera:${uuid()}`, `request:${uuid()}`];
    for (const lane of ['live', 'batch'] as const) {
      const mixed = strangers(random).flatMap((stranger) => {
        const frame = frameOf(picture, { source: theirs, sequence: sent.theirs++ }, lane);
        return [frameOf(picture, { source: ours, sequence: sent.ours++ }, lane), stranger(frame)];
      });
      await world.send(framesTopic(MODEL, lane), 2, ...mixed);
      const apart = strangers(random).map((stranger) =>
        stranger(frameOf(picture, { source: theirs, sequence: sent.theirs++ }, lane)),
      );
      await sendRaw(world.client, world.prefix + framesTopic(MODEL, lane), ...apart);
    }

    expect(await proveAccount(world, ours, sent.ours)).toMatchObject({ results: sent.ours });
    expect(await proveAccount(world, theirs, sent.theirs)).toMatchObject({ results: sent.theirs });
    const outcomes = await world.read(TOPICS.outcomes);
    proveOutcomes(outcomes, ours, [...Array(sent.ours).keys()], true);
    proveOutcomes(outcomes, theirs, [...Array(sent.theirs).keys()], true);
    for (const { objects, image } of resultsOf(outcomes, theirs)) {
      expect(image).toEqual({ width: picture.width, height: picture.height });
      expect(objects.length).toBeGreaterThan(0);
    }
    await proveExact(world, { jobs: [job], live, once: true });
    expect(await calm()).toEqual(before);
  });

  it('clocks that are an hour wrong change nothing: no frame expires or is removed, and all ages are true', async () => {
    const live = await world.live();
    const job = await world.job();
    const camera = `camera:${uuid()}`;
    const topics = [framesTopic(MODEL, 'live'), framesTopic(MODEL, 'batch')];
    let frames = 0;
    for (const lane of ['live', 'batch'] as const) {
      for (const wrongBy of [HOUR_MS, -HOUR_MS]) {
        const wrong = Array.from({ length: 10 }, () =>
          lateFrame(frameOf(picture, { source: camera, sequence: frames++ }, lane, { maxAgeMs: 120_000 }), wrongBy),
        );
        await world.send(framesTopic(MODEL, lane), 3, ...wrong);
      }
    }

    let oldest = 0;
    const read = async (): Promise<number> => {
      const ages = world.apps.map(({ url }) => readSamples(url, 'kadr_consumer_lag_seconds'));
      for (const { value } of (await Promise.all(ages)).flat()) oldest = Math.max(oldest, value < 0 ? Infinity : value);
      return (await world.done(job, 0)).progress.done;
    };
    await eventually(read, (done) => done === PICTURES, LIMIT_MS);
    expect(oldest).toBeLessThan(LIMIT_MS / 1000);

    expect(await proveAccount(world, camera, frames)).toMatchObject({ results: frames });
    const outcomes = await world.read(TOPICS.outcomes);
    proveOutcomes(outcomes, camera, [...Array(frames).keys()], true);
    for (const { timings } of resultsOf(outcomes, camera)) {
      expect(timings.queueMs).toBeGreaterThanOrEqual(0);
      expect(timings.queueMs).toBeLessThan(LIMIT_MS);
    }
    const waited = await readMetric(world.cluster.inference[0].url, 'kadr_stage_seconds_sum', { stage: 'queue' });
    const count = await readMetric(world.cluster.inference[0].url, 'kadr_stage_seconds_count', { stage: 'queue' });
    expect(waited / count).toBeLessThan(LIMIT_MS / 1000);
    const kept = (await Promise.all(topics.map((topic) => world.read(topic)))).flat();
    expect(kept.filter(({ headers }) => headers.ce_source === camera)).toHaveLength(frames);
    await proveExact(world, { jobs: [job], live, once: true });
  });
});

function resultsOf(outcomes: readonly RawMessage[], source: string): ResultV1[] {
  return outcomes
    .filter(({ headers }) => headers.ce_source === source && headers.ce_type === 'kadr.result.v1')
    .map(({ value }) => JSON.parse(value!.toString()) as ResultV1);
}
