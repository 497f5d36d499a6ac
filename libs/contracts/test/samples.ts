import {
  ANNOTATED_V1,
  FRAME_V1,
  JOB_V1,
  LIVE_JOB_V1,
  MODEL_V1,
  PROCESS_V1,
  decodeAnnotated,
  decodeFrame,
  decodeJob,
  decodeLiveJob,
  decodeModelCard,
  decodeOutcome,
  decodeProcess,
  encodeAnnotated,
  encodeFrame,
  encodeJob,
  encodeLiveJob,
  encodeModelCard,
  encodeOutcome,
  encodeProcess,
  jobLinks,
} from '../src/index.js';
import type {
  FrameV1,
  JobV1,
  ModelCardV1,
  Outcome,
  ProcessV1,
  ReceivedMessage,
  ResultV1,
  WireMessage,
} from '../src/index.js';

/** When samples are encoded. */
export const NOW = '2026-11-22T10:00:00.250Z';

/** A message with all that it can have, and the ways there and back. */
export interface Sample {
  /** Its type, which is also the name of the message in the document. */
  type: string;
  content: unknown;
  encode: () => WireMessage;
  decode: (message: ReceivedMessage) => unknown;
}

const JOB = '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a';
const WORKER = '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6c';
const VIEWER = '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6d';
const OUTCOME = '2f0c7a52-7c0e-8d3b-9b54-0a1c6f1f3d2e';
const SOURCE = `job:${JOB}`;
const TAKEN = '2026-11-22T10:00:00.000Z';
const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);

const FRAME: FrameV1 = {
  id: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6b',
  source: SOURCE,
  sequence: 12,
  model: 'objects',
  width: 1280,
  height: 720,
  capturedAt: TAKEN,
  expiresAt: '2026-11-22T10:00:02.000Z',
  options: { threshold: 0.4, classes: ['person'], masks: 'rle', annotate: true },
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  image: JPEG,
};

const RESULT: ResultV1 = {
  id: OUTCOME,
  source: { kind: 'job', id: JOB },
  sequence: 12,
  model: { id: 'objects', digest: `sha256:${'5f6c'.repeat(16)}` },
  image: { width: 1280, height: 720 },
  objects: [
    {
      label: 'person',
      classId: 0,
      score: 0.93,
      box: { x: 12.5, y: 40, width: 80, height: 200 },
      mask: { size: [720, 1280], counts: 'deS2>l;>E8H6I8H7K5K4M4L4K5L3M5J5' },
      trackId: 7,
    },
  ],
  capturedAt: TAKEN,
  timings: { queueMs: 3.1, decodeMs: 8, inferenceMs: 41.2, postprocessMs: 2.2, drawMs: 9.9 },
};

const JOB_CONTENT: JobV1 = {
  id: JOB,
  kind: 'pictures',
  state: 'running',
  model: 'objects',
  options: { threshold: 0.4, classes: ['person'], annotate: true, webhook: 'https://example.com/kadr-jobs' },
  progress: { total: 2, done: 1, failed: 1 },
  items: [
    { sequence: 0, name: 'photo.jpg', state: 'done' },
    { sequence: 1, name: 'notes.txt', state: 'failed', error: { code: 'unsupported-media', detail: 'no picture' } },
  ],
  createdAt: TAKEN,
  startedAt: TAKEN,
  finishedAt: null,
  links: jobLinks(JOB),
};

const CARD: ModelCardV1 = {
  id: 'objects',
  name: 'Objects',
  description: 'Objects with masks, COCO classes',
  task: 'instance-segmentation',
  classes: ['person', 'bicycle'],
  input: { width: 640, height: 640 },
  threshold: 0.4,
  licence: 'Apache-2.0',
  digest: RESULT.model.digest,
  provider: 'cpu',
  state: 'ready',
  default: true,
  worker: WORKER,
};

const PROCESS: ProcessV1 = {
  instance: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6e',
  name: 'inference',
  version: '0.1.0',
  startedAt: TAKEN,
  groups: [
    {
      topic: 'kadr.frames.objects.batch',
      group: 'inference',
      messages: 12,
      seconds: 0.4,
      inFlight: 4,
      retries: 0,
      deadLetters: 0,
      rebalances: 2,
      restarts: 0,
    },
  ],
};

const frameRef = { source: SOURCE, sequence: 12 };
const OUTCOMES: Outcome[] = [
  { type: 'kadr.result.v1', ...frameRef, result: RESULT },
  { type: 'kadr.drop.v1', ...frameRef, drop: { id: OUTCOME, ...frameRef, reason: 'expired' } },
  {
    type: 'kadr.failure.v1',
    ...frameRef,
    failure: { id: OUTCOME, ...frameRef, code: 'damaged-picture', detail: 'The picture is damaged.', attempts: 1 },
  },
];
const { items: _, ...withoutItems } = JOB_CONTENT;
const LIVE_JOB = { jobId: JOB, job: withoutItems };
const ANNOTATED = { id: OUTCOME, ...frameRef, image: JPEG };

/** One sample of every message. */
export const SAMPLES: readonly Sample[] = [
  { type: FRAME_V1, content: FRAME, encode: () => encodeFrame(FRAME, 'batch'), decode: decodeFrame },
  ...OUTCOMES.map((outcome) => ({
    type: outcome.type,
    content: outcome,
    encode: () => encodeOutcome(outcome, FRAME.traceparent),
    decode: decodeOutcome,
  })),
  { type: ANNOTATED_V1, content: ANNOTATED, encode: () => encodeAnnotated(ANNOTATED), decode: decodeAnnotated },
  { type: JOB_V1, content: JOB_CONTENT, encode: () => encodeJob(JOB_CONTENT), decode: decodeJob },
  {
    type: LIVE_JOB_V1,
    content: LIVE_JOB,
    encode: () => encodeLiveJob(VIEWER, LIVE_JOB),
    decode: decodeLiveJob,
  },
  { type: MODEL_V1, content: CARD, encode: () => encodeModelCard(CARD), decode: decodeModelCard },
  { type: PROCESS_V1, content: PROCESS, encode: () => encodeProcess(PROCESS), decode: decodeProcess },
];
