import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import kafkajs from 'kafkajs';
import type { Kafka } from 'kafkajs';
import { TOPIC_CATALOGUE, TOPICS, framesTopic, kafkaSettings } from '@kadr/contracts';
import type { DropV1, FailureV1, JobV1, LedgerEntryDto, ModelsDto, ResultV1 } from '@kadr/contracts';
import { startCluster } from '../support/cluster.js';
import type { Cluster } from '../support/cluster.js';
import { call, ended, fixture, form, predict } from '../support/http.js';
import { eventually } from '../support/kadr.js';
import { rawClient, readTopic, sendRaw, withAdmin } from '../support/kafka/client.js';
import type { RawMessage } from '../support/kafka/client.js';
import { describeKafka } from '../support/kafka/find-kafka.js';
import type { TestKafka } from '../support/kafka/types.js';
import { Program, examplesPython, withPython } from '../support/python.js';

jest.setTimeout(240_000);

const PREFIX = `examples-${process.pid}.`;
const PICTURES = ['pedestrians.jpg', 'street-1280x720.jpg', 'chelsea.png'].map((name) =>
  join(import.meta.dirname, '../fixtures', name),
);
const MODEL = 'brightest';
const BRIGHT = { label: 'bright', classId: 0, score: expect.any(Number), box: expect.any(Object) };

withPython('examples/python', () => {
  describeKafka('programs in Python', {}, (source) => {
    let kafka: TestKafka;
    let client: Kafka;
    let cluster: Cluster | undefined;
    let python: string;
    let worker: Program | undefined;

    beforeAll(async () => {
      [kafka, python] = await Promise.all([source.start(), examplesPython()]);
      client = rawClient(kafka.brokers);
      const env = { KADR_MODELS: 'objects-fast', KAFKA_TOPIC_PREFIX: PREFIX };
      cluster = await startCluster({ brokers: kafka.brokers, env });
    });
    afterAll(async () => {
      await worker?.stop().catch(() => undefined);
      await cluster?.stop();
      await kafka.dispose();
    });

    function start(script: string, ...args: string[]): Program {
      return new Program(python, script, args, { KAFKA_BROKERS: kafka.brokers, KAFKA_TOPIC_PREFIX: PREFIX });
    }

    /** Sends the pictures; the source that they have. */
    async function produce(model: string): Promise<string> {
      const lines = await start('producer.py', ...PICTURES, '--model', model).done();
      expect(lines.filter((line) => line.includes(`${PREFIX}kadr.frames.${model}.batch[`))).toHaveLength(3);
      return /request:[0-9a-f-]+/.exec(lines[0])![0];
    }

    async function outcomesOf(frames: string): Promise<RawMessage[]> {
      const all = await readTopic(client, `${PREFIX}${TOPICS.outcomes}`);
      return all.filter(({ headers }) => headers.ce_source === frames);
    }

    async function ledgerOf(frames: string, count: number): Promise<LedgerEntryDto> {
      const { body } = await eventually(
        () => call<LedgerEntryDto>(`${cluster!.gateway.url}/v1/ledger/${frames}`),
        ({ status, body }) => status === 200 && body.framesIn === count,
      );
      return body;
    }

    async function models(): Promise<string[]> {
      const { body } = await call<ModelsDto>(`${cluster!.gateway.url}/v1/models`);
      return body.models.map(({ id }) => id);
    }

    it('send pictures to Kadr, and count the people that it finds', async () => {
      const frames = await produce('objects-fast');
      const lines = await start('count_people.py', '--once', '3').done();
      const totals = JSON.parse(lines.at(-1)!) as Record<string, number>;
      expect(totals[frames]).toBeGreaterThan(0);
      expect(await ledgerOf(frames, 3)).toMatchObject({ results: 3, failures: 0, inFlight: 0 });
    });

    it('say when a model is not there', async () => {
      await expect(start('producer.py', PICTURES[0], '--model', 'nobody').done()).rejects.toThrow('Unknown topic');
    });

    it('serve a model of their own: the gateway knows it, asks it and gives it jobs', async () => {
      worker = start('worker.py');
      await eventually(models, (ids) => ids.includes(MODEL));
      const { url } = cluster!.gateway;
      const answer = await eventually(
        async () => predict(url, await fixture('street-1280x720.jpg'), `?model=${MODEL}`),
        ({ status }) => status === 200,
      );
      expect(answer.body.objects).toEqual([BRIGHT]);
      expect(answer.body.objects[0].box).toMatchObject({ width: 1280 / 8, height: 720 / 8 });
      const file = { name: 'street.jpg', data: await fixture('street-1280x720.jpg') };
      const job = await call<JobV1>(`${url}/v1/jobs?model=${MODEL}`, { method: 'POST', body: form([file, file]) });
      expect(await ended(url, job.body.id)).toMatchObject({ state: 'completed', progress: { done: 2, failed: 0 } });
    });

    it('have their frames to themselves: one outcome each, of their own model', async () => {
      // It finds their topics there when it starts, and leaves them alone.
      await cluster!.addInference();
      const frames = await produce(MODEL);
      expect(await ledgerOf(frames, 3)).toMatchObject({ results: 3, failures: 0, inFlight: 0 });
      const outcomes = await outcomesOf(frames);
      expect(outcomes.map(({ headers }) => headers.ce_sequence).sort()).toEqual(['0', '1', '2']);
      for (const { key, value } of outcomes) {
        expect(key).toBe(frames);
        expect(JSON.parse(value!.toString())).toMatchObject({ model: { id: MODEL }, objects: [BRIGHT] });
      }
      expect(await readTopic(client, `${PREFIX}${TOPICS.deadLetters}`)).toEqual([]);
    });

    it('drop what has expired and fail what they cannot read', async () => {
      const frames = 'request:bad-frames';
      const headers = { ce_type: 'kadr.frame.v1', ce_source: frames, ce_model: MODEL, ce_time: '2026-11-22T10:00:00Z' };
      const value = await fixture('apple.jpg');
      const late = { ...headers, ce_sequence: '0', ce_expirytime: '2026-11-22T10:00:01Z' };
      const damaged = { ...headers, ce_sequence: '1' };
      const topic = `${PREFIX}${framesTopic(MODEL, 'live')}`;
      await sendRaw(client, topic, { key: frames, headers: late, value }, { headers: damaged, value: 'no picture' });
      const expected = { results: 0, failures: 1, drops: { expired: 1 }, inFlight: 0 };
      expect(await ledgerOf(frames, 2)).toMatchObject(expected);
      const bodies = (await outcomesOf(frames)).map(
        ({ value: json }) => JSON.parse(json!.toString()) as ResultV1 | DropV1 | FailureV1,
      );
      expect(bodies).toEqual(
        expect.arrayContaining([
          { id: expect.any(String), source: frames, sequence: 0, reason: 'expired' },
          expect.objectContaining({ source: frames, sequence: 1, code: 'damaged-picture', attempts: 1 }),
        ]),
      );
    });

    it.each(['live', 'batch'] as const)('make the topic of %s frames as the catalogue has it', async (lane) => {
      const spec = TOPIC_CATALOGUE.find(({ name }) => name === framesTopic('*', lane))!;
      const name = `${PREFIX}${framesTopic(MODEL, lane)}`;
      const type = kafkajs.ConfigResourceTypes.TOPIC;
      const [found, metadata] = await withAdmin(client, (admin) =>
        Promise.all([
          admin.describeConfigs({ includeSynonyms: false, resources: [{ type, name }] }),
          admin.fetchTopicMetadata({ topics: [name] }),
        ]),
      );
      const settings = found.resources[0].configEntries.map(({ configName, configValue }) => [configName, configValue]);
      expect(Object.fromEntries(settings)).toMatchObject(kafkaSettings(spec));
      expect(metadata.topics[0].partitions).toHaveLength(spec.partitions);
    });

    it('take their model back when they end', async () => {
      await worker!.stop();
      await eventually(models, (ids) => !ids.includes(MODEL), 5000);
    });
  });
});
