import { jobLinks } from '@kadr/contracts';
import type { JobItemErrorV1, JobItemV1, JobOptionsV1, JobV1 } from '@kadr/contracts';
import type { JobsTable, OutcomesTable } from '../database/schema.js';

/** A job of its row, without items. */
export function jobOfRow(row: JobsTable): JobV1 {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    model: row.model,
    options: JSON.parse(row.options) as JobOptionsV1,
    progress: { total: row.total, done: row.done, failed: row.failed },
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    links: jobLinks(row.id),
  };
}

/** An item beside the outcome of its frame, if there is one. */
export type ItemRow = { sequence: number; name: string } & {
  [Column in 'type' | 'code' | 'detail']: OutcomesTable[Column] | null;
};

/** A picture of a job, in the state that its outcome gives it. */
export function itemOfRow({ sequence, name, type, code, detail }: ItemRow): JobItemV1 {
  switch (type) {
    case null:
      return { sequence, name, state: 'queued' };
    case 'kadr.result.v1':
      return { sequence, name, state: 'done' };
    case 'kadr.failure.v1':
      return { sequence, name, state: 'failed', error: { code: code ?? 'internal', detail: detail ?? '' } };
    case 'kadr.drop.v1':
      if (code === 'cancelled') return { sequence, name, state: 'cancelled' };
      return { sequence, name, state: 'failed', error: dropError(code) };
  }
}

function dropError(reason: string | null): JobItemErrorV1 {
  return { code: 'frame-dropped', detail: `The picture was let go: ${reason}.` };
}
