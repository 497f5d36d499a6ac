import type { Generated, Kysely, Selectable } from 'kysely';
import type { JobKind, JobState, Outcome } from '@kadr/contracts';

/*
 * Times are ISO 8601 in UTC, as text: they sort, and mean the same in every database. Options and results are JSON as
 * text: nothing looks into them. A dialect hands whole numbers out as numbers, those of type bigint too.
 */

/** A job. The gateway inserts it, the viewer advances it. */
export interface JobsTable {
  id: string;
  kind: JobKind;
  state: JobState;
  model: string;
  options: string;
  total: number;
  done: number;
  failed: number;
  dropped: number;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

/** A picture of a job; its state is that of its outcome. */
interface ItemsTable {
  job_id: string;
  sequence: number;
  name: string;
}

/** What a picture is to be made of. A row is there until its frame, or its failure, has been published. */
interface UploadsTable {
  job_id: string;
  sequence: number;
  blob: string | null;
  url: string | null;
  error_code: string | null;
  error_detail: string | null;
}

/** Gateways that share the database and live. */
interface GatewaysTable {
  id: string;
  /** Raised by the gateway for as long as it lives. */
  beat: number;
}

/** Which gateway publishes the pictures of a job. A row is there until all of them are published. */
interface IngestLeasesTable {
  job_id: string;
  /** Of a gateway; `null`: nobody. */
  owner: string | null;
}

/** Which job a client's `Idempotency-Key` made. */
interface IdempotencyKeysTable {
  key: string;
  fingerprint: string;
  job_id: string;
}

/** Counts of a source's distinct frames. */
export interface LedgerTable {
  source: string;
  opened_at: string;
  published: number;
  results: number;
  expired: number;
  superseded: number;
  queue_full: number;
  cancelled: number;
  failures: number;
  /** Every frame below this sequence has had its outcome, whose row may be gone. */
  settled_below: number;
}

/** That a frame has had its outcome, and which: what makes a second one a duplicate. */
export interface OutcomesTable {
  source: string;
  sequence: number;
  type: Outcome['type'];
  /** Code of a failure, reason of a drop. */
  code: string | null;
  detail: string | null;
  /** When it was recorded, for sources that outcomes outlive; those of a job go with it. */
  recorded_at: string | null;
}

/** A result of a job. */
interface ResultsTable {
  job_id: string;
  sequence: number;
  /** 1 for the job's first result to arrive, then 2, … */
  arrival: number;
  result: string;
}

/** A message that could not be handled. `key` and `headers` are JSON. */
interface DeadLetterColumns {
  id: string;
  topic: string | null;
  partition: number | null;
  offset: string | null;
  group: string | null;
  key: string;
  headers: string;
  size: number | null;
  content_type: string | null;
  code: string;
  reason: string;
  attempts: number;
  source: string | null;
  sequence: number | null;
  happened_at: string;
  replayed_at: string | null;
  replays: Generated<number>;
}

/** A row of dead letters as it is read. */
export type DeadLettersTable = Selectable<DeadLetterColumns>;

export interface Schema {
  jobs: JobsTable;
  items: ItemsTable;
  uploads: UploadsTable;
  gateways: GatewaysTable;
  ingest_leases: IngestLeasesTable;
  idempotency_keys: IdempotencyKeysTable;
  ledger: LedgerTable;
  outcomes: OutcomesTable;
  results: ResultsTable;
  dead_letters: DeadLetterColumns;
}

/** The database of jobs, outcomes and the ledger, whichever it is. */
export type Database = Kysely<Schema>;
