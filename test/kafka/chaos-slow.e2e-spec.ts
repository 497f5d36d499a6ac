import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import { v7 as uuid } from 'uuid';
import { TOPICS, encodeFrame, framesTopic } from '@kadr/contracts';
import { proveAccount, proveExact, proveOutcomes } from '../support/chaos/proof.js';
import { readMetric } from '../support/chaos/metrics.js';
import { LIMIT_MS, World } from '../support/chaos/world.js';
import { fixture } from '../support/http.js';
import { eventually } from '../support/kadr.js';
import { describeKafka } from '../support/kafka/find-kafka.js';

jest.setTimeout(300_000);

const SLOW = 'objects-fine';
const SESSION_MS = 3000;
const ENV = { KAFKA_SESSION_TIMEOUT_MS: String(SESSION_MS), INFERENCE_WORKERS: '2' };

/** On a fast machine it takes a larger picture. */
const WIDTHS = [1280, 1920, 3840];

/**
 * Each object of a picture is a run of the network of its own, so a street of which nothing is too unlikely to be an
 * object keeps it busy for a while.
 */
async function slowFrame(source: string, sequence: number, resizeTo: number) {
  const image = await sharp(await fixture('street-1280x720.jpg'))
    .resize(resizeTo)
    .jpeg()
    .toBuffer();
  const { width, height } = await sharp(image).metadata();
  const capturedAt = new Date().toISOString();
  const options = { threshold: 0.03, masks: 'rle' as const };
  const frame = { id: uuid(), source, sequence, model: SLOW, width, height, capturedAt, options, image };
  return { ...encodeFrame(frame, 'batch'), value: image };
}

// A session this short is below a broker's own least.
describeKafka('a frame that takes longer than a session', { own: true }, (source) => {
  let world: World;

  beforeAll(async () => {
    world = await World.start(source, { inference: 2, env: ENV });
  });
  afterAll(() => world?.dispose());

  /** Of the group of workers, as each of them counts it. */
  function count(metric: string): Promise<number[]> {
    return Promise.all(world.cluster.inference.map(({ url }) => readMetric(url, metric, { group: 'inference' })));
  }

  it('is run once, by the worker that began with it, and all goes on beside it', async () => {
    const before = [await count('kadr_consumer_rebalances_total'), await count('kadr_consumer_restarts_total')];
    const live = await world.live();
    const job = await world.job();
    const slow = `camera:${uuid()}`;
    const runs = (): Record<string, unknown>[] =>
      world.cluster.inference.flatMap(({ events }) => events.filter((event) => event.source === slow));
    for (const width of WIDTHS) {
      const sequence = runs().length;
      await world.send(framesTopic(SLOW, 'batch'), 0, await slowFrame(slow, sequence, width));
      await proveAccount(world, slow, sequence + 1);
      await eventually(runs, ({ length }) => length > sequence, LIMIT_MS);
      if (Number(runs().at(-1)!.inferenceMs) > SESSION_MS) break;
    }
    expect(runs().at(-1)!.inferenceMs).toBeGreaterThan(SESSION_MS);

    await proveExact(world, { jobs: [job], live, once: true });
    const outcomes = await world.read(TOPICS.outcomes);
    proveOutcomes(outcomes, slow, [...runs().keys()], true);
    expect(runs()).toEqual(
      runs().map((_, sequence) => expect.objectContaining({ event: 'frame', outcome: 'result', sequence })),
    );
    expect([await count('kadr_consumer_rebalances_total'), await count('kadr_consumer_restarts_total')]).toEqual(
      before,
    );
    await eventually(
      () => count('kadr_consumer_lag_messages'),
      (behind) => behind.every((messages) => messages === 0),
      LIMIT_MS,
    );
  });
});
