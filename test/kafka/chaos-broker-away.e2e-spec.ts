import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { smallPicture } from '../support/chaos/picture.js';
import { FETCHES_SLOWLY, PictureServer } from '../support/chaos/picture-server.js';
import { proveExact } from '../support/chaos/proof.js';
import { World } from '../support/chaos/world.js';
import { call, predict } from '../support/http.js';
import { eventually } from '../support/kadr.js';
import { describeKafka } from '../support/kafka/find-kafka.js';

jest.setTimeout(360_000);

const SEND_MS = 2000;
/** Over the limit itself: what a busy machine takes for the picture and the answer. */
const ANSWER_MS = SEND_MS + 2000;
const AWAY_MS = 20_000;
const BACK_MS = 15_000;
const STOP_MS = 15_000;

const ENV = {
  KAFKA_SEND_TIMEOUT_MS: String(SEND_MS),
  PREDICT_TIMEOUT_MS: '4000',
  // Longer than the broker may take to be back: nobody waits for the end of a session that it remembers.
  KAFKA_SESSION_TIMEOUT_MS: '30000',
  ...FETCHES_SLOWLY,
};

describeKafka('the only broker', { own: true }, (source) => {
  let world: World;
  let pictures: PictureServer;
  let image: Buffer;

  beforeAll(async () => {
    [{ image }, pictures] = await Promise.all([smallPicture(), PictureServer.start()]);
    world = await World.start(source, { env: ENV });
  });
  afterAll(async () => {
    pictures?.close();
    await world?.dispose();
  });

  function untilReady(wanted: boolean, limitMs: number): Promise<unknown> {
    const read = (): Promise<boolean[]> =>
      Promise.all(world.apps.map(async ({ url }) => (await fetch(`${url}/health/ready`)).ok));
    return eventually(read, (ready) => ready.every((one) => one === wanted), limitMs);
  }

  /** One prediction of many: the page is served, jobs can be read, and work is refused with the reason. */
  async function refused(): Promise<void> {
    const began = performance.now();
    const { status, headers, body } = await predict(world.url, image, '?masks=none');
    const took = performance.now() - began;
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'bus-unavailable' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(took).toBeLessThan(ANSWER_MS);
    expect((await call(`${world.url}/v1/jobs`)).status).toBe(200);
    expect((await fetch(world.cluster.viewer.url)).status).toBe(200);
  }

  it('may be away for 20 s: work is refused meanwhile, and goes on by itself when it is back', async () => {
    const live = await world.live();
    const job = await world.slowJob(pictures);
    pictures.allow(60);
    await world.done(job, 20);
    pictures.allow(150);
    await world.kafka.kill();
    const end = performance.now() + AWAY_MS;
    await refused();
    await untilReady(false, AWAY_MS);
    while (performance.now() < end) await refused();
    const { progress } = await world.done(job, 0);
    await world.kafka.start();
    await Promise.all([
      eventually(
        () => predict(world.url, image, '?masks=none'),
        ({ status }) => status === 200,
        BACK_MS,
      ),
      untilReady(true, BACK_MS),
      world.done(job, progress.done + 1, BACK_MS),
      live.goesOn(BACK_MS),
    ]);
    await world.done(job, 150);
    pictures.allowAll();
    await proveExact(world, { jobs: [job], live, once: false });
  });

  it('may be away when processes are told to end', async () => {
    await world.kafka.kill();
    await untilReady(false, AWAY_MS);
    const began = performance.now();
    expect(await Promise.all(world.apps.map((app) => app.stop()))).toEqual([0, 0, 0]);
    expect(performance.now() - began).toBeLessThan(STOP_MS);
  });
});
