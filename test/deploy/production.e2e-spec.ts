import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp } from '../support/app.js';
import type { App, Place } from '../support/app.js';
import { call, fixture, predict } from '../support/http.js';
import { failToStart, makeDir, removeDir } from '../support/kadr.js';
import { describeKafka } from '../support/kafka/find-kafka.js';
import { pickPort } from '../support/kafka/ports.js';
import type { TestKafka } from '../support/kafka/types.js';
import { Production } from '../support/production.js';

jest.setTimeout(180_000);

let dir: string;
let production: Production;
let inference: Place;
/** Paths of apps that have none of the developer's home. */
const HOME = '/nonexistent';

beforeAll(async () => {
  dir = await makeDir();
  production = await Production.install(dir);
  inference = await production.image('inference');
});
afterAll(() => removeDir(dir));

/** The image's HEALTHCHECK. */
function health({ root, uid }: Place, url: string): number | null {
  const env = { PATH: process.env.PATH, PORT: new URL(url).port };
  return spawnSync(process.execPath, [join(root, 'scripts/health.mjs')], { cwd: root, env, uid, gid: uid }).status;
}

describe('with production dependencies, as nobody, from a folder of its own', () => {
  it('all-in-one starts, is healthy, serves the page, runs a model and drains', async () => {
    const place = await production.image('all-in-one');
    const app = await startApp(
      'all-in-one',
      { HOME, DATA_DIR: await production.volume('all'), KADR_MODELS: 'objects-fast' },
      place,
    );
    expect(health(place, app.url)).toBe(0);
    expect((await call(app.url, { headers: { accept: 'text/html' } })).body).toContain('<title>');
    expect((await predict(app.url, await fixture('apple.jpg'))).status).toBe(200);
    expect(await app.stop()).toBe(0);
    expect(health(place, app.url)).toBe(1);
  });

  it('inference exits with a message, soon, when there is no GPU for the CUDA asked for', async () => {
    const began = performance.now();
    const env = { HOME, KADR_PROVIDERS: 'cuda', KADR_MODELS: 'objects-fast' };
    const { code, output } = await failToStart(await production.volume('cuda'), env, 'inference', inference);
    expect(code).toBe(1);
    expect(output).toMatch(/Kadr cannot start: .*cuda.*NVIDIA GPU.*KADR_PROVIDERS=cpu/);
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});

describeKafka('with production dependencies, the three apps on Kafka', {}, (source) => {
  let kafka: TestKafka;
  const apps: App[] = [];
  let gateway: App;
  let viewer: App;

  beforeAll(async () => {
    kafka = await source.start();
    const env = {
      HOME,
      DATA_DIR: await production.volume('shared'),
      KAFKA_BROKERS: kafka.brokers,
      KADR_MODELS: 'objects-fast',
    };
    const ports = { gateway: String(await pickPort()), viewer: String(await pickPort()) };
    const urls = { VIEWER_URL: `http://127.0.0.1:${ports.viewer}`, GATEWAY_URL: `http://127.0.0.1:${ports.gateway}` };
    const start = async (name: App['name'], more: Record<string, string>, place?: Place): Promise<App> => {
      const app = await startApp(name, { ...env, ...more }, place ?? (await production.image(name)));
      apps.push(app);
      return app;
    };
    [gateway, viewer] = await Promise.all([
      start('gateway', { PORT: ports.gateway, VIEWER_URL: urls.VIEWER_URL }),
      start('viewer', { PORT: ports.viewer, GATEWAY_URL: urls.GATEWAY_URL }),
      start('inference', {}, inference),
    ]);
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.kill()));
    await kafka.dispose();
  });

  it('are the whole of Kadr at the address of either', async () => {
    for (const { url } of [gateway, viewer]) {
      expect((await call(url, { headers: { accept: 'text/html' } })).body).toContain('<title>');
      expect((await call(`${url}/docs-json`)).status).toBe(200);
      const { status, body } = await predict(url, await fixture('apple.jpg'));
      expect({ status, found: body.objects?.length }).toEqual({ status: 200, found: expect.any(Number) });
    }
  });

  it('drain and exit on SIGTERM', async () => {
    expect(await Promise.all(apps.map((app) => app.stop()))).toEqual([0, 0, 0]);
  });
});
