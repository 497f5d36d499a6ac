import { parseSource } from '@kadr/contracts';
import type { Outcome } from '@kadr/contracts';
import type { Database, JobsTable, OutcomesTable } from '../database/schema.js';
import { locksRows } from '../database/transact.js';
import { DROP_COLUMN, countOutcomes, emptyTally } from '../ledger/counts.js';
import type { OutcomeColumn, Tally } from '../ledger/counts.js';
import { jobOfRow } from '../jobs/job-row.js';
import { advanceJob } from './advance-job.js';
import type { RecordedOutcome } from './recorded-outcome.js';

type KnownJobs = ReadonlyMap<string, Pick<JobsTable, 'id' | 'state' | 'total'>>;

/**
 * Records a batch as part of a transaction; see {@link OutcomesRepository.record}. Others may record at the same time,
 * the same outcomes even: rows are taken in the same order by all, first jobs, then sources, then outcomes.
 */
export async function writeOutcomes(db: Database, outcomes: readonly Outcome[]): Promise<RecordedOutcome[]> {
  const jobs = await knownJobs(db, outcomes);
  const candidates = await withoutSettled(
    db,
    outcomes.filter((outcome) => isExpected(outcome, jobs)),
  );
  const first = new Set(await insertNew(db, candidates));
  const replacing = await replaceFailures(
    db,
    candidates.filter((outcome) => !first.has(outcome)),
  );
  const fresh = new Set(candidates.filter((outcome) => first.has(outcome) || replacing.has(outcome)));
  if (fresh.size > 0) await countOutcomes(db, tally(fresh, replacing));
  const recorded = new Map<Outcome, RecordedOutcome>();
  for (const [id, ofJob] of byJob(fresh)) {
    const row = await advanceJob(db, id, ofJob, replacing);
    const job = jobOfRow(row.job);
    const stateBefore = jobs.get(id)!.state;
    for (const outcome of ofJob) {
      recorded.set(outcome, { outcome, isNew: true, job, stateBefore, cursor: row.cursors.get(outcome) });
    }
  }
  return outcomes.map((outcome) => recorded.get(outcome) ?? { outcome, isNew: fresh.has(outcome) });
}

/** The job that an outcome belongs to, if its source is one. */
function jobIdOf({ source }: Outcome): string | undefined {
  const ref = parseSource(source);
  return ref?.kind === 'job' ? ref.id : undefined;
}

/** False for outcomes of jobs that are gone, and of frames that a job does not have. */
function isExpected(outcome: Outcome, jobs: KnownJobs): boolean {
  const id = jobIdOf(outcome);
  return id === undefined || outcome.sequence < (jobs.get(id)?.total ?? 0);
}

async function knownJobs(db: Database, outcomes: readonly Outcome[]): Promise<KnownJobs> {
  const ids = [...new Set(outcomes.map(jobIdOf))].filter((id) => id !== undefined);
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('jobs')
    .select(['id', 'state', 'total'])
    .where('id', 'in', ids)
    .orderBy('id')
    .$if(locksRows(db), (query) => query.forUpdate())
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Leaves out frames that have had their outcome so long ago that its row is gone; no other may go until the end. */
async function withoutSettled(db: Database, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  const sources = [...new Set(outcomes.map(({ source }) => source))];
  if (sources.length === 0) return [];
  const rows = await db
    .selectFrom('ledger')
    .select(['source', 'settled_below'])
    .where('source', 'in', sources)
    .orderBy('source')
    .$if(locksRows(db), (query) => query.forKeyShare())
    .execute();
  const settled = new Map(rows.map((row) => [row.source, row.settled_below]));
  return outcomes.filter(({ source, sequence }) => sequence >= (settled.get(source) ?? 0));
}

/** Inserts what is not there; the outcomes that were new, each frame once. */
async function insertNew(db: Database, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  if (outcomes.length === 0) return [];
  const now = new Date().toISOString();
  const inserted = await db
    .insertInto('outcomes')
    .values(outcomes.toSorted(byFrame).map((outcome) => rowOf(outcome, now)))
    .onConflict((conflict) => conflict.columns(['source', 'sequence']).doNothing())
    .returning(['source', 'sequence'])
    .execute();
  const frames = new Set(inserted.map(frameOf));
  return outcomes.filter((outcome) => frames.delete(frameOf(outcome)));
}

function byFrame(a: Outcome, b: Outcome): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.sequence - b.sequence;
}

/**
 * Lets results take the place of failures: a failure is provisional, since its frame may be replayed. Those that did,
 * each frame once. A failure that is settled and forgotten stays.
 */
async function replaceFailures(db: Database, others: readonly Outcome[]): Promise<Set<Outcome>> {
  const results = others.filter(({ type }) => type === 'kadr.result.v1');
  if (results.length === 0) return new Set();
  const replaced = await db
    .updateTable('outcomes')
    .set({ type: 'kadr.result.v1', code: null, detail: null })
    .where('type', '=', 'kadr.failure.v1')
    .where((eb) =>
      eb.or(results.map(({ source, sequence }) => eb.and([eb('source', '=', source), eb('sequence', '=', sequence)]))),
    )
    .returning(['source', 'sequence'])
    .execute();
  const frames = new Set(replaced.map(frameOf));
  return new Set(results.filter((outcome) => frames.delete(frameOf(outcome))));
}

function frameOf({ source, sequence }: { source: string; sequence: number }): string {
  return `${source}/${sequence}`;
}

function rowOf(outcome: Outcome, now: string): OutcomesTable {
  const { type, source, sequence } = outcome;
  const row = { source, sequence, type, code: null, detail: null };
  const recorded_at = jobIdOf(outcome) === undefined ? now : null;
  switch (type) {
    case 'kadr.result.v1':
      return { ...row, recorded_at };
    case 'kadr.drop.v1':
      return { ...row, recorded_at, code: outcome.drop.reason };
    case 'kadr.failure.v1':
      return { ...row, recorded_at, code: outcome.failure.code, detail: outcome.failure.detail };
  }
}

function tally(outcomes: Iterable<Outcome>, replacing: ReadonlySet<Outcome>): Tally[] {
  const tallies = new Map<string, Tally>();
  for (const outcome of outcomes) {
    const found = tallies.get(outcome.source) ?? emptyTally(outcome.source);
    found[columnOf(outcome)] += 1;
    if (replacing.has(outcome)) found.failures -= 1;
    tallies.set(outcome.source, found);
  }
  return [...tallies.values()].toSorted((a, b) => (a.source < b.source ? -1 : 1));
}

function columnOf(outcome: Outcome): OutcomeColumn {
  switch (outcome.type) {
    case 'kadr.result.v1':
      return 'results';
    case 'kadr.failure.v1':
      return 'failures';
    case 'kadr.drop.v1':
      return DROP_COLUMN[outcome.drop.reason];
  }
}

function byJob(outcomes: Iterable<Outcome>): Map<string, Outcome[]> {
  const jobs = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const id = jobIdOf(outcome);
    if (id === undefined) continue;
    const found = jobs.get(id);
    if (found) found.push(outcome);
    else jobs.set(id, [outcome]);
  }
  return jobs;
}
