import { expect } from '@jest/globals';
import { TOPICS } from '@kadr/contracts';
import type { LedgerDto, LedgerEntryDto, ResultV1 } from '@kadr/contracts';
import { call, ended } from '../http.js';
import { eventually } from '../kadr.js';
import type { RawMessage } from '../kafka/client.js';
import type { LiveSource } from './live-source.js';
import { POISON } from './poison.js';
import { LIMIT_MS, PICTURES } from './world.js';
import type { World } from './world.js';

/** What ran while things went wrong. */
export interface Run {
  jobs: string[];
  live: LiveSource;
  /**
   * No process died, so that no frame was taken up twice: each has one outcome on the bus. Else it may come again, but
   * never with another result.
   */
  once: boolean;
}

/** Ends the camera and waits for the rest: no frame is lost, none has two results, the jobs are completed. */
export async function proveExact(world: World, { jobs, live, once }: Run): Promise<void> {
  await live.stop();
  for (const job of jobs) await proveJob(world, job);
  await proveAccount(world, live.source, live.published.length);
  const { body } = await eventually(
    () => call<LedgerDto>(`${world.url}/v1/ledger`),
    ({ body }) => body.total.inFlight === 0,
    LIMIT_MS,
  );
  expect(body.total.inFlight).toBe(0);
  const outcomes = await world.read(TOPICS.outcomes);
  for (const job of jobs) proveOutcomes(outcomes, `job:${job}`, [...Array(PICTURES).keys()], once);
  proveOutcomes(outcomes, live.source, live.published, once);
}

async function proveJob({ url }: World, id: string): Promise<void> {
  const { state, progress } = await ended(url, id, LIMIT_MS);
  const all = { total: PICTURES, done: PICTURES, failed: 0 };
  expect({ state, progress }).toEqual({ state: 'completed', progress: all });
  const { body } = await call<{ results: ResultV1[] }>(`${url}/v1/jobs/${id}/results?limit=1000`);
  expect(body.results.map(({ sequence }) => sequence)).toEqual([...Array(PICTURES).keys()]);
  expect(new Set(body.results.map((result) => result.id)).size).toBe(PICTURES);
  expect(await ledgerOf(url, `job:${id}`)).toEqual({
    source: `job:${id}`,
    framesIn: PICTURES,
    results: PICTURES,
    drops: { expired: 0, superseded: 0, 'queue-full': 0, cancelled: 0 },
    failures: 0,
    inFlight: 0,
  });
}

/** Waits until each of a source's `frames` is accounted for, and none twice. */
export async function proveAccount({ url }: World, source: string, frames: number): Promise<LedgerEntryDto> {
  const entry = await eventually(() => ledgerOf(url, source), accounts(frames), LIMIT_MS);
  expect(entry).toMatchObject({ framesIn: frames, inFlight: 0 });
  return entry;
}

function accounts(frames: number): (entry: LedgerEntryDto) => boolean {
  return ({ results, failures, drops: { expired, superseded, cancelled, 'queue-full': full } }) =>
    results + failures + expired + superseded + cancelled + full >= frames;
}

/** A source that had no outcome yet has no account either. */
async function ledgerOf(url: string, source: string): Promise<LedgerEntryDto> {
  const { status, body } = await call<LedgerEntryDto>(`${url}/v1/ledger/${source}`);
  if (status === 200) return body;
  const drops = { expired: 0, superseded: 0, 'queue-full': 0, cancelled: 0 };
  return { source, framesIn: 0, results: 0, drops, failures: 0, inFlight: 0 };
}

/** On the bus each sequence has an outcome, and all of its results are the same one. */
export function proveOutcomes(
  outcomes: readonly RawMessage[],
  source: string,
  sequences: readonly number[],
  once: boolean,
): void {
  const mine = outcomes.filter(({ headers }) => headers.ce_source === source && !(POISON in headers));
  const known = new Set(mine.map(({ headers }) => Number(headers.ce_sequence)));
  expect([...known].sort((a, b) => a - b)).toEqual([...sequences].sort((a, b) => a - b));
  if (once) expect(mine).toHaveLength(sequences.length);
  const results = mine.filter(({ headers }) => headers.ce_type === 'kadr.result.v1');
  const ids = new Map(results.map(({ headers }) => [headers.ce_sequence, headers.ce_id]));
  for (const { headers, value } of results) {
    expect(headers.ce_id).toBe(ids.get(headers.ce_sequence));
    expect((JSON.parse(value!.toString()) as ResultV1).id).toBe(headers.ce_id);
  }
}
