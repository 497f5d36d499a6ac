import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { BLOBS } from '@kadr/contracts';
import type { JobItemV1, JobV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { BlobStore, JobsRepository } from '@kadr/storage';
import { hasEnded, notFinished } from './job-waiter.js';
import { jobNotFound } from './remove-job.service.js';
import { zipNames } from './zip-names.js';
import { zipStream } from './zip-stream.js';

/** Bytes on their way out. */
export interface Download {
  type: 'image/jpeg' | 'application/zip';
  stream: Readable;
  /** Known for a single picture. */
  size?: number;
}

/** Gives out the pictures of jobs. */
@Injectable()
export class AnnotatedService {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly blobs: BlobStore,
  ) {}

  /** The normalised original. @throws AppError `not-found` */
  async original(id: string, sequence: number): Promise<Download> {
    const job = await this.require(id);
    itemOf(job, sequence);
    return this.picture(
      BLOBS.picture(id, sequence),
      `Picture ${sequence} of the job ${id} was not or is not yet read.`,
    );
  }

  /** One picture, or a zip of all that there are. @throws AppError `not-found`, `job-not-finished`. */
  async annotated(id: string, sequence: number | undefined): Promise<Download> {
    const job = await this.require(id);
    const single = sequence ?? (job.progress.total === 1 ? 0 : undefined);
    if (single !== undefined) return this.one(job, itemOf(job, single));
    if (!hasEnded(job)) throw notFinished(job);
    const items = await this.withPicture(job);
    if (items.length === 0) throw noAnnotated(job, 'it has no annotated pictures');
    return { type: 'application/zip', stream: this.zip(job, items) };
  }

  private async one(job: JobV1, item: JobItemV1): Promise<Download> {
    const key = BLOBS.annotated(job.id, item.sequence);
    if (!(await this.blobs.exists(key))) {
      if (item.state === 'queued' && !hasEnded(job)) throw notFinished(job);
      throw noAnnotated(
        job,
        item.error ? `picture ${item.sequence} failed (${item.error.code})` : 'the picture has none',
      );
    }
    return this.picture(key, 'The annotated picture is gone.');
  }

  private async withPicture(job: JobV1): Promise<JobItemV1[]> {
    const found: JobItemV1[] = [];
    for (const item of job.items ?? []) {
      if (item.state === 'done' && (await this.blobs.exists(BLOBS.annotated(job.id, item.sequence)))) found.push(item);
    }
    return found;
  }

  private zip(job: JobV1, items: JobItemV1[]): Readable {
    const names = zipNames(items.map(({ name }) => name));
    return zipStream(
      items.map(({ sequence }, index) => ({
        name: names[index],
        compress: false,
        open: async () => (await this.blobs.stream(BLOBS.annotated(job.id, sequence))).stream,
      })),
    );
  }

  private async picture(key: string, otherwise: string): Promise<Download> {
    if (!(await this.blobs.exists(key))) throw new AppError('not-found', 'not-found', otherwise);
    return { type: 'image/jpeg', ...(await this.blobs.stream(key)) };
  }

  private async require(id: string): Promise<JobV1> {
    const job = await this.jobs.get(id);
    if (!job) throw jobNotFound(id);
    return job;
  }
}

function itemOf(job: JobV1, sequence: number): JobItemV1 {
  const item = job.items?.find((candidate) => candidate.sequence === sequence);
  if (item) return item;
  const message = `The job ${job.id} has no picture ${sequence}; it has ${job.progress.total}, counted from 0.`;
  throw new AppError('not-found', 'not-found', message);
}

function noAnnotated(job: JobV1, reason: string): AppError {
  const advice = job.options.annotate ? '' : '; the job was made without annotate=true';
  return new AppError(
    'not-found',
    'not-found',
    `There is no annotated picture of the job ${job.id}: ${reason}${advice}.`,
  );
}
