import type { DropReason, Outcome, ResultV1 } from '@kadr/contracts';
import { v7 as uuid } from 'uuid';
import type { NewJob } from './jobs/new-job.js';

/** A time long ago for every row of a test. */
export const AT = '2020-11-22T10:00:00.000Z';

/** A job of `items` uploaded pictures. */
export function newJob(items: number, more: Partial<NewJob> = {}): NewJob {
  const list = Array.from({ length: items }, (_, sequence) => ({
    sequence,
    name: `${sequence}.jpg`,
    blob: `b/${sequence}`,
  }));
  return {
    id: uuid(),
    kind: 'pictures',
    model: 'objects',
    options: { threshold: 0.4 },
    createdAt: AT,
    items: list,
    ...more,
  };
}

/** The result of a frame that shows nothing. */
export function result(source: string, sequence: number): Outcome {
  const [kind, id] = source.split(':');
  const body = { id: `${source}/${sequence}`, source: { kind, id }, sequence, objects: [], capturedAt: AT };
  return { type: 'kadr.result.v1', source, sequence, result: body as unknown as ResultV1 };
}

/** The failure of a damaged picture. */
export function failure(source: string, sequence: number): Outcome {
  const body = { id: 'f', source, sequence, code: 'damaged-picture', detail: 'cut short', attempts: 1 };
  return { type: 'kadr.failure.v1', source, sequence, failure: body };
}

/** The drop of a frame. */
export function drop(source: string, sequence: number, reason: DropReason): Outcome {
  return { type: 'kadr.drop.v1', source, sequence, drop: { id: 'd', source, sequence, reason } };
}
