import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { ProcessesDto } from '@kadr/contracts';
import { startCluster } from '../support/cluster.js';
import type { Cluster } from '../support/cluster.js';
import { call } from '../support/http.js';
import { eventually } from '../support/kadr.js';
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

  const list = async (): Promise<ProcessesDto> =>
    (await call<ProcessesDto>(`${cluster!.gateway.url}/v1/processes`)).body;

  it('are all in the list of processes, their groups summed', async () => {
    const { processes, groups } = await eventually(list, (found) => found.processes.length === 4);
    expect(processes.map(({ name, gone }) => [name, gone])).toEqual(
      ['gateway', 'inference', 'inference', 'viewer'].map((name) => [name, false]),
    );
    const counts = { messages: 0, deadLetters: 0, restarts: 0 };
    expect(groups).toContainEqual(
      expect.objectContaining({ group: 'viewer', topic: 'kadr.outcomes', processes: 1, ...counts }),
    );
    expect(groups).toContainEqual(
      expect.objectContaining({ group: 'inference-jobs', topic: 'kadr.jobs', processes: 2, ...counts }),
    );
  });

  it('come back at the same address after a kill', async () => {
    const { viewer } = cluster!;
    const { url } = viewer;
    await viewer.kill();
    await viewer.start();
    expect(viewer.url).toBe(url);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const viewers = async () => (await list()).processes.filter(({ name }) => name === 'viewer');
    await eventually(viewers, (found) => found.map(({ gone }) => gone).join() === 'true,false', 30_000);
  });
});
