import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from './database/schema.js';
import { JobsRepository } from './jobs/jobs.repository.js';
import { LeasesRepository } from './jobs/leases.repository.js';
import { UploadsRepository } from './jobs/uploads.repository.js';
import { newJob } from './outcomes.fixtures.js';

/** What every database has to do for gateways that share it. */
export function describeLeases(name: string, createDatabase: () => Promise<Database>): void {
  describe(`leases on ${name}`, () => {
    let database: Database;
    let leases: LeasesRepository;

    beforeAll(async () => {
      database = await createDatabase();
      leases = new LeasesRepository(database);
    });

    afterAll(() => database.destroy());

    const insert = async (owner?: string): Promise<string> =>
      (await new JobsRepository(database).insert(newJob(1, { owner }))).id;

    it('are those of gateways that are there; the others are free, for one', async () => {
      await leases.beat('a');
      await leases.beat('b');
      const [mine, free] = [await insert('a'), await insert()];
      expect((await Promise.all([leases.take('a'), leases.take('b')])).flat().toSorted()).toEqual([mine, free]);
      expect(await leases.take('a')).toContain(mine);
      await leases.leave('a');
      expect(await leases.take('b')).toEqual([mine, free]);
      await leases.removeAll();
      await leases.beat('c');
      expect(await leases.take('c')).toEqual([mine, free]);
    });

    it('stay with a gateway that has given a sign of life since it was seen', async () => {
      await leases.beat('d');
      const seen = (await leases.others('e')).find(({ id }) => id === 'd');
      await leases.beat('d');
      await leases.removeDead(seen!);
      expect(await leases.others('e')).toContainEqual({ id: 'd', beat: 2 });
      await leases.removeDead({ id: 'd', beat: 2 });
      expect((await leases.others('e')).map(({ id }) => id)).not.toContain('d');
    });

    it('end when all pictures are published', async () => {
      await leases.beat('f');
      const job = await insert('f');
      expect(await leases.take('f')).toContain(job);
      await new UploadsRepository(database).markPublished(job, 0);
      expect(await leases.take('f')).not.toContain(job);
    });
  });
}
