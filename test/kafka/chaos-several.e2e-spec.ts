import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import type { JobV1, LiveClientEvents, LiveResult, LiveServerEvents } from '@kadr/contracts';
import type { LiveSource } from '../support/chaos/live-source.js';
import { FETCHES_SLOWLY, PictureServer } from '../support/chaos/picture-server.js';
import { proveExact } from '../support/chaos/proof.js';
import { LIMIT_MS, PICTURES, World } from '../support/chaos/world.js';
import { eventually } from '../support/kadr.js';
import { describeKafka } from '../support/kafka/find-kafka.js';
import { findPostgres, startPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';

jest.setTimeout(360_000);

const programs = findPostgres();

/** A client of a viewer, and all that it was sent. */
class Watcher {
  readonly results: LiveResult[] = [];
  readonly jobs: JobV1[] = [];
  /** Results that came after the job's last state. */
  late = 0;
  private readonly socket: Socket<LiveServerEvents, LiveClientEvents>;

  constructor(url: string, job: string) {
    this.socket = io(`${url}/live`, { transports: ['websocket'], forceNew: true });
    this.socket.on('result', (result) => {
      this.results.push(result);
      if (this.hasEnded) this.late++;
    });
    this.socket.on('job', (state) => this.jobs.push(state));
    this.socket.emit('subscribe', { source: `job:${job}` });
  }

  get hasEnded(): boolean {
    return this.jobs.at(-1)?.state === 'completed';
  }

  get sequences(): number[] {
    return this.results.map(({ sequence }) => sequence);
  }

  end(): void {
    this.socket.disconnect();
  }
}

(programs ? describe : describe.skip)('on PostgreSQL (skipped where it is not installed)', () => {
  describeKafka('two gateways and two viewers', {}, (source) => {
    let postgres: TestPostgres;
    let world: World;
    let pictures: PictureServer;
    let live: LiveSource;
    const watchers: Watcher[] = [];
    const jobs: string[] = [];

    beforeAll(async () => {
      postgres = await startPostgres(programs!);
      pictures = await PictureServer.start();
      const env = { ...FETCHES_SLOWLY, DATABASE_URL: postgres.url };
      world = await World.start(source, { gateways: 2, viewers: 2, env });
      live = await world.live();
    });
    afterAll(async () => {
      for (const watcher of watchers) watcher.end();
      pictures?.close();
      await world?.dispose();
      await postgres?.stop();
    });

    /** Clients of both viewers. */
    const watch = (job: string): void =>
      void watchers.push(...world.cluster.viewers.map(({ url }) => new Watcher(url, job)));

    it.each([0, 1])('show a job of gateway %i to who watches through either viewer', async (gateway) => {
      pictures.allow(0);
      const job = await world.slowJob(pictures, world.cluster.gateways[gateway].url);
      jobs.push(job);
      const first = watchers.length;
      watch(job);
      pictures.allow(PICTURES / 2);
      await world.done(job, PICTURES / 4);
      watch(job);
      pictures.allowAll();
      const mine = watchers.slice(first);
      await eventually(() => mine.every(({ hasEnded }) => hasEnded), Boolean, LIMIT_MS);
      const [{ sequences }] = mine;
      expect(sequences.toSorted((a, b) => a - b)).toEqual([...Array(PICTURES).keys()]);
      for (const watcher of mine) {
        expect(watcher.results.map(({ cursor }) => Number(cursor))).toEqual(
          [...Array(PICTURES).keys()].map((n) => n + 1),
        );
        expect(watcher.sequences).toEqual(sequences);
        expect(watcher.late).toBe(0);
        expect(watcher.jobs.at(-1)?.progress).toEqual({ total: PICTURES, done: PICTURES, failed: 0 });
      }
    });

    it('complete the job of a gateway that is killed through the other one', async () => {
      const [, victim] = world.cluster.gateways;
      pictures.allow(PICTURES / 2);
      const job = await world.slowJob(pictures, victim.url);
      await world.done(job, 1);
      await victim.kill();
      pictures.allowAll();
      await proveExact(world, { jobs: [...jobs, job], live, once: false });
    });
  });
});
