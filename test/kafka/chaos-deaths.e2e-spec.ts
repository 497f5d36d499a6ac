import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { v7 as uuid } from 'uuid';
import type { JobsPageDto, JobV1 } from '@kadr/contracts';
import { proveExact } from '../support/chaos/proof.js';
import { Seeded } from '../support/chaos/seeded.js';
import { LIMIT_MS, PICTURES, World, jobForm } from '../support/chaos/world.js';
import { call } from '../support/http.js';
import { eventually } from '../support/kadr.js';
import { describeKafka } from '../support/kafka/find-kafka.js';

jest.setTimeout(300_000);

// What is dead is noticed within seconds. (A broker's own least is 6 s; one of the tests' allows less.)
const SESSION = { KAFKA_SESSION_TIMEOUT_MS: '3000', INFERENCE_WORKERS: '1' };

describeKafka('in the middle of a job, beside a camera', { own: true }, (source) => {
  let world: World;
  let random: Seeded;

  beforeAll(async () => {
    world = await World.start(source, { inference: 2, env: SESSION });
    random = new Seeded();
  });
  afterAll(() => world?.dispose());

  it('a worker is killed, twice: another takes over', async () => {
    const live = await world.live();
    const job = await world.job();
    for (const moment of [random.whole(1, 70), random.whole(80, 150)]) {
      const { progress } = await world.done(job, moment);
      expect(progress.done).toBeLessThan(PICTURES);
      const victim = random.pick(world.cluster.inference);
      await victim.kill();
      await victim.start();
    }
    await proveExact(world, { jobs: [job], live, once: false });
  });

  it('the gateway is killed while it is asked for a job, and again while it publishes, and the viewer is: one job', async () => {
    const live = await world.live();
    const { gateway, viewer } = world.cluster;
    const known = await jobs();
    const headers = { 'idempotency-key': uuid() };
    const body = await jobForm();
    const ask = (): Promise<{ status: number; body?: JobV1 }> =>
      world.postJob(body, headers).catch(() => ({ status: 0 }));

    const first = ask();
    await sleep(random.whole(0, 400));
    await gateway.kill();
    await first;
    await gateway.start();
    const answers = await Promise.all([ask(), ask()]);
    const id = answers[0].body!.id;
    expect(answers).toMatchObject([
      { status: 202, body: { id } },
      { status: 202, body: { id } },
    ]);

    for (const [app, moment] of [
      [gateway, random.whole(1, 60)],
      [viewer, random.whole(70, 150)],
    ] as const) {
      expect((await world.done(id, moment)).finishedAt).toBeNull();
      await app.kill();
      await app.start();
      expect(await eventually(ask, ({ status }) => status !== 503, LIMIT_MS)).toMatchObject({ body: { id } });
    }
    await proveExact(world, { jobs: [id], live, once: false });
    expect((await jobs()).filter((job) => !known.includes(job))).toEqual([id]);
  });

  async function jobs(): Promise<string[]> {
    const { body } = await call<JobsPageDto>(`${world.url}/v1/jobs?limit=1000`);
    return body.jobs.map((job) => job.id);
  }
});
