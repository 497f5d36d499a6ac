import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { SASLOptions } from 'kafkajs';
import { rawClient, readTopic, sendRaw, withAdmin } from '../support/kafka/client.js';
import { describeKafka } from '../support/kafka/find-kafka.js';
import { WITH_ACLS } from '../support/kafka/types.js';
import type { TestKafka } from '../support/kafka/types.js';

jest.setTimeout(180_000);

describeKafka('a broker of the tests', { own: true }, (source) => {
  let kafka: TestKafka;

  beforeAll(async () => {
    kafka = await source.start();
  });
  afterAll(() => kafka.dispose());

  it('keeps its messages and its port through a kill', async () => {
    const client = rawClient(kafka.brokers);
    await withAdmin(client, (admin) => admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 2 }] }));
    await sendRaw(client, 'kept', { key: 'a', headers: { ce_id: '1' }, value: 'one' }, { key: 'b', value: null });
    await kafka.kill();
    await expect(reach(kafka.brokers)).rejects.toThrow('ECONNREFUSED');
    await kafka.start();
    const kept = await readTopic(client, 'kept');
    expect(kept.sort((a, b) => (a.key! < b.key! ? -1 : 1))).toMatchObject([
      { key: 'a', headers: { ce_id: '1' }, value: Buffer.from('one') },
      { key: 'b', headers: {}, value: null },
    ]);
  });

  it('has no topic that nobody made', async () => {
    const client = rawClient(kafka.brokers, { retry: { retries: 0 } });
    await expect(sendRaw(client, 'misspelt', { value: 'x' })).rejects.toMatchObject({
      message: expect.stringMatching(/does not host this topic-partition/),
    });
  });
});

describeKafka('three brokers of the tests', { own: true, special: true }, (source) => {
  it('take messages while one is away, and take it back', async () => {
    const kafka = await source.start({ nodes: 3 });
    try {
      const client = rawClient(kafka.brokers);
      await withAdmin(client, (admin) => admin.createTopics({ topics: [{ topic: 'kept' }] }));
      await kafka.kill(2);
      await sendRaw(client, 'kept', { value: 'while one is away' });
      await kafka.start(2);
      expect(await readTopic(client, 'kept')).toHaveLength(1);
    } finally {
      await kafka.dispose();
    }
  });
});

describeKafka('ways into a broker', { own: true, special: true }, (source) => {
  async function describeThrough(kafka: TestKafka, ssl: object | undefined, sasl?: SASLOptions): Promise<number> {
    const client = rawClient(kafka.brokers, { ssl, sasl, retry: { retries: 0 } });
    return (await withAdmin(client, (admin) => admin.describeCluster())).brokers.length;
  }

  it.each(['tls', 'mtls'] as const)('%s', async (security) => {
    const kafka = await source.start({ security });
    try {
      const { ca, certificate, key } = kafka.certificates!;
      const pem = (file: string): string => readFileSync(file, 'utf8');
      const own = { ca: [pem(ca)], cert: pem(certificate), key: pem(key) };
      await expect(describeThrough(kafka, own)).resolves.toBe(1);
      await expect(describeThrough(kafka, {})).rejects.toThrow('certificate');
      if (security === 'mtls') await expect(describeThrough(kafka, { ca: own.ca })).rejects.toThrow();
    } finally {
      await kafka.dispose();
    }
  });

  it('SASL PLAIN, with rights', async () => {
    const kafka = await source.start({ security: 'sasl-plain', properties: WITH_ACLS });
    try {
      const { admin, limited } = kafka.users!;
      const as = (user: typeof admin) => rawClient(kafka.brokers, { sasl: { mechanism: 'plain', ...user } });
      await withAdmin(as(admin), (client) => client.createTopics({ topics: [{ topic: 'closed' }] }));
      await sendRaw(as(admin), 'closed', { value: 'x' });
      await expect(sendRaw(as(limited), 'closed', { value: 'x' })).rejects.toThrow(/[Nn]ot authorized/);
    } finally {
      await kafka.dispose();
    }
  });

  it('SASL SCRAM', async () => {
    const kafka = await source.start({ security: 'scram' });
    try {
      const login = { mechanism: 'scram-sha-512', ...kafka.users!.admin } as const;
      await expect(describeThrough(kafka, undefined, login)).resolves.toBe(1);
      await expect(describeThrough(kafka, undefined, { ...login, password: 'wrong' })).rejects.toThrow(
        /[Aa]uthentication/,
      );
    } finally {
      await kafka.dispose();
    }
  });

  it('SASL OAUTHBEARER', async () => {
    const kafka = await source.start({ security: 'oauthbearer' });
    try {
      const login = (token: string): SASLOptions => ({
        mechanism: 'oauthbearer',
        oauthBearerProvider: () => Promise.resolve({ value: token }),
      });
      await expect(describeThrough(kafka, undefined, login(kafka.token!('kadr')))).resolves.toBe(1);
      await expect(describeThrough(kafka, undefined, login(kafka.token!('kadr', -10)))).rejects.toThrow();
    } finally {
      await kafka.dispose();
    }
  });
});

/** Opens a connection to the first of `brokers` and closes it. */
function reach(brokers: string): Promise<void> {
  const [host, port] = brokers.split(',')[0].split(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => resolve(void socket.destroy()));
    socket.once('error', reject);
  });
}
