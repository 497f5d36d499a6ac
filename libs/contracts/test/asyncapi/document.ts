import { TOPIC_CATALOGUE } from '../../src/index.js';
import { readGolden } from '../golden.js';
import { CHANNELS, channelOf, operationsOf } from './channels.js';
import type { ChannelText } from './channels.js';
import { DEAD_LETTER, MESSAGES, deadLetterMessage, messageOf } from './messages.js';
import { schemasOfClasses } from './schemas.js';
import type { Schema } from './schemas.js';

const ABOUT = `Pictures in; segmented, labelled objects out: the topics that Kadr's programs share, and that any program may share
with them. Messages are CloudEvents 1.0 in Kafka's binary mode: attributes are headers, values are plain JPEG or JSON.
docs/kafka.md says in words what else there is to know. Names of topics and groups have KAFKA_TOPIC_PREFIX before them.
Fields may be added to a version; readers leave alone what they do not know.
`;

/** The AsyncAPI document of the topics of the catalogue, from the classes of their messages. */
export async function asyncApiDocument(): Promise<Schema> {
  const topics = TOPIC_CATALOGUE.map((spec) => ({ spec, text: textOf(spec.name) }));
  const messages = Object.entries(MESSAGES).map(([name, text]) => [name, messageOf(name, text, exampleOf(name))]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Kadr',
      version: '1',
      description: ABOUT,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: '{host}:{port}',
        protocol: 'kafka',
        description: 'A broker of KAFKA_BROKERS.',
        variables: { host: { default: 'localhost' }, port: { default: '9092' } },
      },
    },
    channels: Object.fromEntries(topics.map(({ spec, text }) => [text.id, channelOf(spec, text)])),
    operations: Object.assign({}, ...topics.map(({ text }) => operationsOf(text))) as Schema,
    components: {
      messages: { ...(Object.fromEntries(messages) as Schema), [DEAD_LETTER]: deadLetterMessage() },
      schemas: await schemasOfClasses(),
    },
  };
}

function textOf(topic: string): ChannelText {
  const text = CHANNELS[topic];
  if (text) return text;
  throw new Error(
    `The topic ${topic} is not described: add it to CHANNELS in libs/contracts/test/asyncapi/channels.ts.`,
  );
}

function exampleOf(name: string): Schema {
  const { headers, value } = readGolden(name);
  if (headers['content-type'] !== 'application/json') return { headers };
  return { headers, payload: JSON.parse(new TextDecoder().decode(value!)) as unknown };
}
