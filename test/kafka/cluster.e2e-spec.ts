import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { startCluster } from '../support/cluster.js';
import type { Cluster } from '../support/cluster.js';
import { describeKafka } from '../support/kafka/find-kafka.js';
import type { TestKafka } from '../support/kafka/types.js';

jest.setTimeout(180_000);

describeKafka('four processes', {}, (source) => {
  let kafka: TestKafka;
  let cluster: Cluster | undefined;

  beforeAll(async () => {
    kafka = await source.start();
    cluster = await startCluster({ brokers: kafka.brokers, inference: 2, env: { KADR_MODELS: 'objects-fast' } });
  });
  afterAll(async () => {
    await cluster?.stop();
    await kafka.dispose();
  });

  it('are ready, each with an address of its own', async () => {
    const apps = [cluster!.gateway, cluster!.viewer, ...cluster!.inference];
    expect(new Set(apps.map(({ url }) => url)).size).toBe(4);
    const ready = await Promise.all(apps.map(async ({ url }) => (await fetch(`${url}/health/ready`)).status));
    expect(ready).toEqual([200, 200, 200, 200]);
  });

  it('come back at the same address after a kill', async () => {
    const { viewer } = cluster!;
    const { url } = viewer;
    await viewer.kill();
    await viewer.start();
    expect(viewer.url).toBe(url);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
});
