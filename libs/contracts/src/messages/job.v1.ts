import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ContractError, eventHeaders, isObject, jsonBytes, jsonObject } from './cloud-event.js';
import type { ReceivedMessage, WireMessage } from './cloud-event.js';
import { FrameOptions } from './frame.v1.js';
import type { JobHeadersV1 } from './headers.v1.js';

export type JobKind = 'pictures' | 'video';
export type JobState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
export const JOB_STATES: readonly JobState[] = ['queued', 'running', 'completed', 'failed', 'cancelled'];
export type JobItemState = 'queued' | 'done' | 'failed' | 'cancelled';

/** What was asked of a job. */
export class JobOptionsV1 extends FrameOptions {
  /** Never holds a user name or password; still, its path or query may be a secret: logs show its origin only. */
  @ApiPropertyOptional({ example: 'https://example.com/kadr-jobs' }) webhook?: string;
}

export class JobProgressV1 {
  @ApiProperty({ example: 50 }) total: number;
  @ApiProperty({ example: 12, description: 'Results.' }) done: number;
  @ApiProperty({ example: 1, description: 'Failures.' }) failed: number;
}

export class JobItemErrorV1 {
  @ApiProperty({ example: 'unsupported-media' }) code: string;
  @ApiProperty({ example: 'notes.txt is not a picture that Kadr can read' }) detail: string;
}

/** One picture of a job. */
export class JobItemV1 {
  @ApiProperty({ example: 0 }) sequence: number;
  @ApiProperty({ example: 'photo.jpg' }) name: string;
  @ApiProperty({ enum: ['queued', 'done', 'failed', 'cancelled'] }) state: JobItemState;
  @ApiPropertyOptional({ type: JobItemErrorV1 }) error?: JobItemErrorV1;
}

export class JobLinksV1 {
  @ApiProperty({ example: '/v1/jobs/019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a/results' }) results: string;
  @ApiProperty({ example: '/v1/jobs/019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a/annotated' }) annotated: string;
}

/** A job: also the value of `kadr.jobs`, keyed by its id. */
export class JobV1 {
  @ApiProperty({ example: '019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a' }) id: string;
  @ApiProperty({ enum: ['pictures', 'video'] }) kind: JobKind;
  @ApiProperty({ enum: JOB_STATES }) state: JobState;
  @ApiProperty({ example: 'objects' }) model: string;
  @ApiProperty({ type: JobOptionsV1 }) options: JobOptionsV1;
  @ApiProperty({ type: JobProgressV1 }) progress: JobProgressV1;
  @ApiPropertyOptional({ type: [JobItemV1], description: 'Pictures only; left out of lists and messages.' })
  items?: JobItemV1[];
  @ApiProperty({ example: '2026-11-22T10:00:00.000Z' }) createdAt: string;
  @ApiProperty({ example: '2026-11-22T10:00:00.100Z', nullable: true, type: String }) startedAt: string | null;
  @ApiProperty({ example: null, nullable: true, type: String }) finishedAt: string | null;
  @ApiProperty({ type: JobLinksV1 }) links: JobLinksV1;
}

export const JOB_V1 = 'kadr.job.v1';

/** A job as a message, keyed by its id. */
export function encodeJob(job: JobV1): WireMessage {
  return {
    key: job.id,
    headers: eventHeaders<JobHeadersV1>(
      {
        id: `${job.id}/${job.state}/${Date.now()}`,
        source: `job:${job.id}`,
        type: JOB_V1,
        time: new Date().toISOString(),
      },
      'application/json',
      {},
    ),
    value: jsonBytes(job),
  };
}

/** The tombstone that says a job is to be removed. */
export function encodeJobRemoval(id: string): WireMessage {
  return {
    key: id,
    headers: eventHeaders<JobHeadersV1>(
      { id: `${id}/removed`, source: `job:${id}`, type: JOB_V1, time: new Date().toISOString() },
      'application/json',
      {},
    ),
    value: null,
  };
}

/** The reverse of {@link encodeJob}: `undefined` for a tombstone. @throws ContractError when the value is not a job. */
export function decodeJob(message: ReceivedMessage): JobV1 | undefined {
  if (message.value === null) return undefined;
  const job = jsonObject<JobV1>(message);
  if (typeof job.id !== 'string') throw new ContractError('the job has no id');
  if (!JOB_STATES.includes(job.state))
    throw new ContractError(`the state of the job is not one of ${JOB_STATES.join(', ')}`);
  if (!isObject(job.options)) throw new ContractError('the job has no options');
  return job;
}

/** The links of a job. */
export function jobLinks(id: string): JobLinksV1 {
  return { results: `/v1/jobs/${id}/results`, annotated: `/v1/jobs/${id}/annotated` };
}
