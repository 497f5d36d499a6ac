import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Admin } from 'kafkajs';
import { framesTopic } from '@kadr/contracts';
import { MODEL } from '../support/chaos/picture.js';
import { FETCHES_SLOWLY, PictureServer } from '../support/chaos/picture-server.js';
import { proveExact } from '../support/chaos/proof.js';
import { LIMIT_MS, PICTURES, World } from '../support/chaos/world.js';
import { eventually } from '../support/kadr.js';
import { withAdmin } from '../support/kafka/client.js';
import { describeKafka } from '../support/kafka/find-kafka.js';

jest.setTimeout(480_000);

const NODES = [1, 2, 3];
/** Pictures that are done while a broker is away. */
const MEANWHILE = 40;
const ENV = { KAFKA_SESSION_TIMEOUT_MS: '6000', ...FETCHES_SLOWLY };

describeKafka('one of three brokers', { own: true, special: true }, (source) => {
  let world: World;
  let pictures: PictureServer;

  beforeAll(async () => {
    pictures = await PictureServer.start();
    world = await World.start(source, { kafka: { nodes: NODES.length }, inference: 2, env: ENV });
  });
  afterAll(async () => {
    pictures?.close();
    await world?.dispose();
  });

  const ask = <T>(work: (admin: Admin) => Promise<T>): Promise<T> => withAdmin(world.client, work);

  async function leader(topic: string): Promise<number> {
    const { topics } = await ask((admin) => admin.fetchTopicMetadata({ topics: [world.prefix + topic] }));
    return topics[0].partitions[0].leader;
  }

  /** Every copy of every partition is up to date, so that any broker may be killed next. */
  async function inSync(): Promise<void> {
    await eventually(
      async () => (await ask((admin) => admin.fetchTopicMetadata())).topics.flatMap(({ partitions }) => partitions),
      (partitions) => partitions.every(({ isr }) => isr.length === NODES.length),
      LIMIT_MS,
    );
  }

  it('may be killed, the leader of frames first and then each in turn, while a job runs', async () => {
    const live = await world.live();
    const job = await world.slowJob(pictures);
    let done = MEANWHILE / 2;
    pictures.allow(done);
    await world.done(job, done);
    for (const node of [await leader(framesTopic(MODEL, 'batch')), ...NODES]) {
      await inSync();
      await world.kafka.kill(node);
      pictures.allow((done += MEANWHILE));
      const [{ state }] = await Promise.all([world.done(job, done), live.goesOn(LIMIT_MS)]);
      expect(state).toBe('running');
      await world.kafka.start(node);
    }
    expect(done).toBeLessThan(PICTURES);
    pictures.allowAll();
    await proveExact(world, { jobs: [job], live, once: false });
  });
});
