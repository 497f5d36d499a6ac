import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TOPICS } from '@kadr/contracts';
import type { ProblemDto } from '@kadr/contracts';
import { smallPicture } from '../support/chaos/picture.js';
import { FETCHES_SLOWLY, PictureServer } from '../support/chaos/picture-server.js';
import { proveExact } from '../support/chaos/proof.js';
import { World } from '../support/chaos/world.js';
import { call, form, predict } from '../support/http.js';
import type { Answer } from '../support/http.js';
import { describeKafka } from '../support/kafka/find-kafka.js';
import { withAdmin } from '../support/kafka/client.js';
import { findPostgres, startPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';

jest.setTimeout(360_000);

const AWAY_MS = 20_000;
const programs = findPostgres();

(programs ? describe : describe.skip)('on PostgreSQL (skipped where it is not installed)', () => {
  describeKafka('a database', {}, (source) => {
    let postgres: TestPostgres;
    let world: World;
    let pictures: PictureServer;

    beforeAll(async () => {
      pictures = await PictureServer.start();
      postgres = await startPostgres(programs!);
      world = await World.start(source, { env: { ...FETCHES_SLOWLY, DATABASE_URL: postgres.url } });
    });
    afterAll(async () => {
      pictures?.close();
      await world?.dispose();
      await postgres?.stop();
    });

    async function outcomes(): Promise<number> {
      const topic = world.prefix + TOPICS.outcomes;
      const ends = await withAdmin(world.client, (admin) => admin.fetchTopicOffsets(topic));
      return ends.reduce((sum, { high }) => sum + Number(high), 0);
    }

    function expectRefusal({ status, headers, body }: Answer<ProblemDto>): void {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'database-unavailable' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }

    it('may be away for 20 s: outcomes wait in Kafka, and none is skipped', async () => {
      const { url } = world;
      const { image } = await smallPicture();
      const live = await world.live();
      const job = await world.slowJob(pictures);
      pictures.allow(100);
      await world.done(job, 30);
      await postgres.kill();
      const end = performance.now() + AWAY_MS;
      const before = await outcomes();
      while (performance.now() < end) {
        expectRefusal(await call(`${url}/v1/jobs`));
        expectRefusal(await predict(url, image));
        expectRefusal(await call(`${url}/v1/jobs`, { method: 'POST', body: form([{ name: 'a.jpg', data: image }]) }));
      }
      expect(await outcomes()).toBeGreaterThan(before);
      await postgres.restart();
      await world.done(job, 100);
      pictures.allowAll();
      await proveExact(world, { jobs: [job], live, once: true });
    });
  });
});
