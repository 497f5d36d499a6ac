import {
  ANNOTATED_V1,
  FRAME_V1,
  JOB_V1,
  LIVE_JOB_V1,
  MODEL_V1,
  PROCESS_V1,
  TOPICS,
  framesTopic,
  kafkaSettings,
} from '../../src/index.js';
import type { TopicSpec } from '../../src/index.js';
import { DEAD_LETTER } from './messages.js';
import type { Schema } from './schemas.js';

type App = 'gateway' | 'inference' | 'viewer';

/** What people are told of a topic. */
export interface ChannelText {
  id: string;
  description: string;
  messages: readonly string[];
  senders: readonly App[];
  /** Of an app, what it does with the messages. */
  receivers: Partial<Record<App, string>>;
}

const OUTCOMES = ['kadr.result.v1', 'kadr.drop.v1', 'kadr.failure.v1'];
const EVERY_APP: readonly App[] = ['gateway', 'inference', 'viewer'];

/** Every topic of the catalogue by its name there. */
export const CHANNELS: Readonly<Record<string, ChannelText>> = {
  [framesTopic('*', 'live')]: {
    id: 'framesLive',
    description:
      'Frames that somebody waits for: served first, and dropped once they have expired. Any program may send to it.',
    messages: [FRAME_V1],
    senders: ['gateway'],
    receivers: { inference: 'Runs the model on frames of its own models, as group `kadr.inference`.' },
  },
  [framesTopic('*', 'batch')]: {
    id: 'framesBatch',
    description:
      'Frames that may wait: without an expiry time none is dropped, however late. Any program may send to it.',
    messages: [FRAME_V1],
    senders: ['gateway'],
    receivers: { inference: 'Runs the model on frames of its own models, as group `kadr.inference`.' },
  },
  [TOPICS.outcomes]: {
    id: 'outcomes',
    description:
      'Exactly one message for each frame: a result, a drop or a failure. A repeated one has the same id; the first one counts.',
    messages: OUTCOMES,
    senders: ['gateway', 'inference'],
    receivers: {
      gateway: 'Answers the requests that wait, each instance in a group of its own.',
      viewer: 'Keeps results of jobs, counts in the ledger and shows them live, as group `kadr.viewer`.',
    },
  },
  [TOPICS.annotated]: {
    id: 'annotated',
    description: 'Pictures with their objects drawn in, for frames that asked for them.',
    messages: [ANNOTATED_V1],
    senders: ['inference'],
    receivers: {
      gateway: 'Answers the requests that wait, each instance in a group of its own.',
      viewer: 'Keeps those of jobs, as group `kadr.viewer`.',
    },
  },
  [TOPICS.jobs]: {
    id: 'jobs',
    description: 'What is asked of jobs and how far they are; the last message of a job says all.',
    messages: [JOB_V1],
    senders: ['gateway', 'viewer'],
    receivers: {
      inference: 'Drops frames of cancelled jobs, each instance in a group of its own.',
      viewer: 'Cancels and removes as group `kadr.viewer`, calls webhooks as group `kadr.webhooks`.',
    },
  },
  [TOPICS.live]: {
    id: 'live',
    description: 'What one viewer tells the others, so that those who watch a job through them are woken.',
    messages: [LIVE_JOB_V1],
    senders: ['viewer'],
    receivers: { viewer: 'Tells those who watch, each instance in a group of its own.' },
  },
  [TOPICS.models]: {
    id: 'models',
    description:
      'Which models are served, and by whom. A card that has not been repeated for 15 s is taken for gone; the gateway accepts requests for models that have one.',
    messages: [MODEL_V1],
    senders: ['inference'],
    receivers: { gateway: 'Knows what can be asked for, each instance in a group of its own.' },
  },
  [TOPICS.processes]: {
    id: 'processes',
    description:
      'Which processes of Kadr run, and how far their groups are. One that has not been repeated is taken for gone.',
    messages: [PROCESS_V1],
    senders: EVERY_APP,
    receivers: { gateway: 'Lists them in its API, each instance in a group of its own.' },
  },
  [TOPICS.deadLetters]: {
    id: 'deadLetters',
    description: 'Messages that were given up, with the reason, to be looked at and replayed.',
    messages: [DEAD_LETTER],
    senders: EVERY_APP,
    receivers: { viewer: 'Keeps them for the API and the page, as group `kadr.viewer`.' },
  },
};

/** A channel as AsyncAPI has it; a `*` of the catalogue is the id of a model. */
export function channelOf(spec: TopicSpec, { description, messages }: ChannelText): Schema {
  const perModel = spec.name.includes('*');
  return {
    address: spec.name.replace('*', '{model}'),
    description,
    ...(perModel && { parameters: { model: { description: 'Id of a model.', examples: ['objects'] } } }),
    messages: Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: {
      kafka: {
        partitions: spec.partitions,
        topicConfiguration: configurationOf(spec),
        bindingVersion: '0.5.0',
      },
    },
  };
}

/** Settings as AsyncAPI writes them: the policies are a list, numbers are numbers. */
function configurationOf(spec: TopicSpec): Schema {
  const settings = Object.entries(kafkaSettings(spec)).map(([key, value]) => {
    if (key === 'cleanup.policy') return [key, [value]];
    return [key, /^\d+$/.test(value) ? Number(value) : value];
  });
  return Object.fromEntries(settings) as Schema;
}

/** What the apps do with a channel. */
export function operationsOf({ id, messages, senders, receivers }: ChannelText): Record<string, Schema> {
  const channel = { $ref: `#/channels/${id}` };
  const list = messages.map((name) => ({ $ref: `#/channels/${id}/messages/${name}` }));
  const named = `${id[0].toUpperCase()}${id.slice(1)}`;
  const sends = senders.map((app) => [
    `${app}Sends${named}`,
    { action: 'send', channel, tags: [{ name: app }], messages: list },
  ]);
  const receives = Object.entries(receivers).map(([app, summary]) => [
    `${app}Receives${named}`,
    { action: 'receive', channel, summary, tags: [{ name: app }], messages: list },
  ]);
  return Object.fromEntries([...sends, ...receives]) as Record<string, Schema>;
}
