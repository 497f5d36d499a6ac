import { ANNOTATED_V1, FRAME_V1, JOB_V1, LIVE_JOB_V1, MODEL_V1, PROCESS_V1 } from '../../src/index.js';
import type { Schema } from './schemas.js';

/** A message of the document. */
export interface MessageText {
  title: string;
  summary: string;
  /** Class of its headers. */
  headers: string;
  /** Class of its JSON; a JPEG without one. */
  payload?: string;
  key: string;
  keyExample: string;
}

const SOURCE_KEY = 'The source.';
const SOURCE = 'job:019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a';
const OUTCOME = { headers: 'OutcomeHeadersV1', key: SOURCE_KEY, keyExample: SOURCE };

/** Every message by its `ce_type`. */
export const MESSAGES: Readonly<Record<string, MessageText>> = {
  [FRAME_V1]: {
    title: 'Frame',
    summary: 'One upright sRGB JPEG for a model to look at.',
    headers: 'FrameHeadersV1',
    key: 'Live: the source. Batch: source and sequence, so that the frames of one source spread over workers.',
    keyExample: `${SOURCE}/12`,
  },
  'kadr.result.v1': {
    title: 'Result',
    summary: 'What a model made of a frame.',
    payload: 'ResultV1',
    ...OUTCOME,
  },
  'kadr.drop.v1': {
    title: 'Drop',
    summary: 'A frame let go unseen, with the reason.',
    payload: 'DropV1',
    ...OUTCOME,
  },
  'kadr.failure.v1': {
    title: 'Failure',
    summary: 'A frame that could not be processed, with the code of the error.',
    payload: 'FailureV1',
    ...OUTCOME,
  },
  [ANNOTATED_V1]: {
    title: 'Annotated picture',
    summary: 'The JPEG of a frame with its objects drawn in. Sent before its result, when `annotate` was asked for.',
    headers: 'AnnotatedHeadersV1',
    key: SOURCE_KEY,
    keyExample: SOURCE,
  },
  [JOB_V1]: {
    title: 'Job',
    summary: 'The state of a job. A null value: the job is to be removed.',
    headers: 'JobHeadersV1',
    payload: 'JobV1',
    key: 'The id of the job.',
    keyExample: SOURCE.slice('job:'.length),
  },
  [LIVE_JOB_V1]: {
    title: 'News of a job',
    summary: 'What one viewer tells the others. A null value: the job has been removed.',
    headers: 'LiveJobHeadersV1',
    payload: 'JobV1',
    key: 'The id of the job.',
    keyExample: SOURCE.slice('job:'.length),
  },
  [MODEL_V1]: {
    title: 'Model card',
    summary: 'A model as a worker serves it, repeated every 5 s. A null value: the worker serves it no more.',
    headers: 'ModelCardHeadersV1',
    payload: 'ModelCardV1',
    key: 'Id of the worker, `/`, id of the model.',
    keyExample: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6c/objects',
  },
  [PROCESS_V1]: {
    title: 'Process',
    summary: 'A running process and how its groups fare, repeated every 5 s. A null value: the process has left.',
    headers: 'ProcessHeadersV1',
    payload: 'ProcessV1',
    key: 'Id of the instance.',
    keyExample: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6e',
  },
};

/** Name of the message of dead letters, which are not of one type. */
export const DEAD_LETTER = 'dead-letter';

/** The message of any type that somebody gave up on. */
export function deadLetterMessage(): Schema {
  return {
    name: DEAD_LETTER,
    title: 'Dead letter',
    summary: 'A message that was given up: its own bytes, key and headers, and beside them why.',
    headers: { $ref: '#/components/schemas/DeadLetterHeadersV1' },
    payload: { description: 'The value of the message, byte for byte. It is of the type that its own headers say.' },
    bindings: { kafka: { key: { type: 'string', description: 'The key of the message.' }, bindingVersion: '0.5.0' } },
  };
}

/** A message as AsyncAPI has it. */
export function messageOf(name: string, text: MessageText, example: Schema): Schema {
  const { title, summary, headers, payload, key, keyExample } = text;
  return {
    name,
    title,
    summary,
    contentType: payload ? 'application/json' : 'image/jpeg',
    headers: { $ref: `#/components/schemas/${headers}` },
    payload: payload
      ? { $ref: `#/components/schemas/${payload}` }
      : { type: 'string', format: 'binary', description: 'JPEG bytes as they are, not in base64.' },
    bindings: {
      kafka: { key: { type: 'string', description: key, examples: [keyExample] }, bindingVersion: '0.5.0' },
    },
    examples: [example],
  };
}
