import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { App } from '../support/app.js';
import { FETCHES_SLOWLY, PictureServer } from '../support/chaos/picture-server.js';
import { proveExact } from '../support/chaos/proof.js';
import { PICTURES, World } from '../support/chaos/world.js';
import { describeKafka } from '../support/kafka/find-kafka.js';

jest.setTimeout(360_000);

const WORKERS = 4;
/** So often a worker joins, and later one leaves. */
const PERIOD_MS = 2000;
/** Pictures that become due with each. */
const SHARE = PICTURES / (2 * WORKERS + 2);

describeKafka('inference workers', {}, (source) => {
  let world: World;
  let pictures: PictureServer;

  beforeAll(async () => {
    [world, pictures] = await Promise.all([World.start(source, { env: FETCHES_SLOWLY }), PictureServer.start()]);
  });
  afterAll(async () => {
    pictures?.close();
    await world?.dispose();
  });

  it('may join and leave every 2 s while a job runs', async () => {
    const live = await world.live();
    const job = await world.slowJob(pictures);
    let allowed = SHARE;
    pictures.allow(allowed);
    await world.done(job, 1);
    const joining: Promise<App>[] = [];
    for (let n = 0; n < WORKERS; n++) {
      joining.push(world.cluster.addInference());
      pictures.allow((allowed += SHARE));
      await sleep(PERIOD_MS);
    }
    const leaving: Promise<number | null>[] = [];
    for (const worker of joining) {
      leaving.push((await worker).stop());
      pictures.allow((allowed += SHARE));
      await sleep(PERIOD_MS);
    }
    expect(await Promise.all(leaving)).toEqual(Array(WORKERS).fill(0));
    pictures.allowAll();
    await proveExact(world, { jobs: [job], live, once: false });
  });
});
