import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { KafkaOptions } from '@kadr/transport';
import kafkajs from 'kafkajs';
import { describeKafka } from '../../../test/support/kafka/find-kafka.js';
import type { KafkaSecurity, TestKafka } from '../../../test/support/kafka/types.js';
import { WITH_ACLS } from '../../../test/support/kafka/types.js';
import { closeAll, durable, Recorder, start, text, until } from './harness.js';
import { kafkaHost } from './kafka-home.js';

jest.setTimeout(60_000);

describeKafka('Kafka with security', { special: true }, (source) => {
  afterEach(closeAll);

  describe.each(['tls', 'mtls', 'sasl-plain', 'scram', 'oauthbearer'] as const)('%s', (security) => {
    let server: TestKafka;
    let tokens: Server;
    let settings: Partial<KafkaOptions>;

    beforeAll(async () => {
      server = await source.start({ security });
      tokens = createServer((_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ access_token: server.token?.('admin') ?? '', expires_in: 60 }));
      }).listen(0, '127.0.0.1');
      await once(tokens, 'listening');
      settings = settingsFor(security, server, `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`);
    });
    afterAll(async () => {
      tokens.close();
      await server.dispose();
    });

    it('lets messages through', async () => {
      const topic = durable();
      const recorder = new Recorder();
      const handling = { topic: topic.name, group: 'g', handle: recorder.handle };
      const bus = await start(kafkaHost(server, settings), [topic], [handling]);
      await bus.publisher.publish(topic.name, text('x'));
      await until('it came', () => recorder.messages.length === 1);
    });

    it('says at the start what is wrong with a client that comes without', async () => {
      const plain = start(kafkaHost(server, { connectTimeoutMs: 1000 }), [durable()]);
      await expect(plain).rejects.toMatchObject({ message: expect.stringMatching(/Kafka at .*KAFKA_TLS|refuses/) });
    });
  });

  describe('rights', () => {
    let server: TestKafka;

    beforeAll(async () => {
      server = await source.start({ security: 'sasl-plain', properties: WITH_ACLS });
    });
    afterAll(() => server.dispose());

    it('that are missing are named', async () => {
      const topic = durable();
      const host = kafkaHost(server, { sasl: { mechanism: 'plain', ...server.users!.limited } });
      const handling = { topic: topic.name, group: 'g', handle: async () => undefined };
      await expect(start(host, [topic], [handling])).rejects.toMatchObject({
        message: expect.stringMatching(/ACL (CREATE|DESCRIBE) on topic kadr\.dead-letters/),
      });
    });

    it('to read a group are named too', async () => {
      const topic = durable();
      await start(kafkaHost(server, { sasl: { mechanism: 'plain', ...server.users!.admin } }), [topic]).then((bus) =>
        bus.publisher.publish(topic.name, text('x')),
      );
      const kafka = new kafkajs.Kafka({ brokers: server.insideBrokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
      const admin = kafka.admin();
      await admin.connect();
      const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
      await admin.createAcls({
        acl: [
          {
            resourceType: AclResourceTypes.TOPIC,
            resourceName: '*',
            resourcePatternType: ResourcePatternTypes.LITERAL,
            principal: `User:${server.users!.limited.username}`,
            host: '*',
            operation: AclOperationTypes.ALL,
            permissionType: AclPermissionTypes.ALLOW,
          },
        ],
      });
      await admin.disconnect();
      const host = kafkaHost(server, {
        sasl: { mechanism: 'plain', ...server.users!.limited },
        groupPrefix: 'theirs.',
      });
      const handling = { topic: topic.name, group: 'g', handle: async () => undefined };
      await expect(start(host, [topic], [handling])).rejects.toMatchObject({
        message: expect.stringMatching(/ACL READ on group theirs\.kadr\.g/),
      });
    });
  });
});

function settingsFor(security: KafkaSecurity, server: TestKafka, tokenUrl: string): Partial<KafkaOptions> {
  const pem = (path: string) => readFileSync(path, 'utf8');
  const { certificates, users } = server;
  switch (security) {
    case 'tls':
      return { tls: { ca: pem(certificates!.ca) } };
    case 'mtls':
      return { tls: { ca: pem(certificates!.ca), cert: pem(certificates!.certificate), key: pem(certificates!.key) } };
    case 'sasl-plain':
      return { sasl: { mechanism: 'plain', ...users!.admin } };
    case 'scram':
      return { sasl: { mechanism: 'scram-sha-256', ...users!.admin } };
    case 'oauthbearer':
      return { sasl: { mechanism: 'oauthbearer', tokenUrl, clientId: 'kadr', clientSecret: 'secret' } };
  }
}
