import { ContractError, eventHeaders, jsonBytes, jsonObject, requiredHeader } from './cloud-event.js';
import type { ReceivedMessage, WireMessage } from './cloud-event.js';
import type { LiveJobHeadersV1 } from './headers.v1.js';
import type { JobV1 } from './job.v1.js';

/** What one viewer tells the others so that those who watch there are woken: a job has advanced, or is gone. */
export interface LiveJobV1 {
  jobId: string;
  /** The job without items; `undefined` when it has been removed. */
  job: JobV1 | undefined;
}

export const LIVE_JOB_V1 = 'kadr.live-job.v1';

/** What `viewer` (an instance of it) tells of a job, keyed by the job's id. */
export function encodeLiveJob(viewer: string, { jobId, job }: LiveJobV1): WireMessage {
  return {
    key: jobId,
    headers: eventHeaders<LiveJobHeadersV1>(
      {
        id: `${viewer}/${jobId}/${Date.now()}`,
        source: liveSource(viewer),
        type: LIVE_JOB_V1,
        time: new Date().toISOString(),
        subject: `job:${jobId}`,
      },
      'application/json',
      {},
    ),
    value: job ? jsonBytes(job) : null,
  };
}

/** The reverse of {@link encodeLiveJob}. @throws ContractError naming what is missing or wrong. */
export function decodeLiveJob(message: ReceivedMessage): LiveJobV1 {
  const type = requiredHeader(message, 'ce_type');
  if (type !== LIVE_JOB_V1) throw new ContractError(`ce_type is "${type}", "${LIVE_JOB_V1}" was expected`);
  if (!message.key) throw new ContractError('the key is empty, the id of a job was expected');
  return { jobId: message.key, job: message.value === null ? undefined : jsonObject<JobV1>(message) };
}

/** The `ce_source` of an instance of the viewer. */
export function liveSource(viewer: string): string {
  return `viewer:${viewer}`;
}
