import { TOPICS, encodeOutcome } from '@kadr/contracts';
import type { DropReason, JobOptionsV1, Outcome, ResultV1 } from '@kadr/contracts';
import { JobsRepository, UploadsRepository } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { v7 as uuid } from 'uuid';
import type { TestViewer } from './viewer.js';

/** Inserts a job of `items` pictures, all of them published; its id. */
export async function newJob({ app }: TestViewer, items: number, options: JobOptionsV1 = {}): Promise<string> {
  const id = uuid();
  const list = Array.from({ length: items }, (_, sequence) => ({ sequence, name: `${sequence}.jpg` }));
  const createdAt = new Date().toISOString();
  await app.get(JobsRepository).insert({ id, kind: 'pictures', model: 'objects', options, createdAt, items: list });
  for (const { sequence } of list) await app.get(UploadsRepository).markPublished(id, sequence);
  return id;
}

/** The result of a job's picture; `label` can make it large. */
export function result(job: string, sequence: number, label = 'cat'): Outcome {
  const body: ResultV1 = {
    id: `${job}/${sequence}`,
    source: { kind: 'job', id: job },
    sequence,
    model: { id: 'objects', digest: 'sha256:00' },
    image: { width: 4, height: 4 },
    objects: [{ label, classId: 0, score: 1, box: { x: 0, y: 0, width: 1, height: 1 } }],
    capturedAt: '2026-11-22T10:00:00.000Z',
    timings: { queueMs: 0, decodeMs: 0, inferenceMs: 0, postprocessMs: 0, drawMs: 0 },
  };
  return { type: 'kadr.result.v1', source: `job:${job}`, sequence, result: body };
}

export function failure(job: string, sequence: number): Outcome {
  const source = `job:${job}`;
  const body = { id: 'f', source, sequence, code: 'damaged-picture', detail: 'It is cut short.', attempts: 1 };
  return { type: 'kadr.failure.v1', source, sequence, failure: body };
}

export function drop(job: string, sequence: number, reason: DropReason): Outcome {
  const source = `job:${job}`;
  return { type: 'kadr.drop.v1', source, sequence, drop: { id: 'd', source, sequence, reason } };
}

/** Publishes outcomes in their order. */
export async function publish({ app }: TestViewer, ...outcomes: Outcome[]): Promise<void> {
  await app.get(Publisher).publish(TOPICS.outcomes, ...outcomes.map((outcome) => encodeOutcome(outcome)));
}

/** The sequences 0 to `count` - 1. */
export function sequences(count: number): number[] {
  return Array.from({ length: count }, (_, sequence) => sequence);
}
