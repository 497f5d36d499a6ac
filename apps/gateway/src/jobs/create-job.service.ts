import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { BLOBS } from '@kadr/contracts';
import type { JobOptionsV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { BlobStore, JobsRepository } from '@kadr/storage';
import type { NewJob } from '@kadr/storage';
import { v7 as uuid } from 'uuid';
import { IngestService } from '../ingest/ingest.service.js';
import { fingerprint } from './fingerprint.js';
import { JobItems } from './job-items.js';
import type { JobItem } from './job-items.js';
import type { JobRequest } from './job-intake.js';

/** Makes a job of what a request brought. */
@Injectable()
export class CreateJobService {
  constructor(
    private readonly config: Config,
    private readonly items: JobItems,
    private readonly blobs: BlobStore,
    private readonly jobs: JobsRepository,
    private readonly ingest: IngestService,
  ) {}

  /** @throws AppError `queue-full` when `more` pictures would be too many to wait. */
  async ensureRoom(more: number): Promise<void> {
    const most = this.config.MAX_QUEUED_PICTURES;
    if ((await this.jobs.queuedPictures()) + more <= most) return;
    const message = `${most} pictures may wait at most, and there is no room for ${more} more. Try again later.`;
    throw new AppError('unavailable', 'queue-full', message, { retryAfter: 30 });
  }

  /** The id of the job: a new one, or the one that the same `key` made before. @throws AppError `idempotency-key-reused` and what is wrong with the pictures. */
  async create(request: JobRequest, key: string | undefined, folder: string): Promise<string> {
    const options = optionsOf(request);
    const asked = { model: request.model.id, options, urls: request.urls };
    const paths = request.files.map(({ path }) => path);
    const idempotency = key === undefined ? undefined : { key, fingerprint: await fingerprint(asked, paths) };
    const known = idempotency && (await this.jobs.findByIdempotencyKey(idempotency.key));
    if (known && known.fingerprint === idempotency.fingerprint) return known.jobId;
    if (known) throw keyReused(idempotency.key);
    const items = await this.items.list(request, folder);
    await this.ensureRoom(items.length);
    return this.store({ model: request.model.id, options, idempotency }, items);
  }

  private async store(job: Pick<NewJob, 'model' | 'options' | 'idempotency'>, items: JobItem[]): Promise<string> {
    const id = uuid();
    let created = false;
    try {
      const stored: NewJob['items'] = [];
      for (const [sequence, item] of items.entries()) stored.push(await this.storeItem(id, sequence, item));
      const createdAt = new Date().toISOString();
      const owner = this.ingest.owner;
      const inserted = await this.jobs.insert({ id, kind: 'pictures', createdAt, owner, ...job, items: stored });
      ({ created } = inserted);
      if (created) this.ingest.add({ jobId: id, model: job.model, options: job.options }, stored);
      return inserted.id;
    } finally {
      // It failed, or of two requests with one key at once the other was first.
      if (!created) await this.blobs.removeAll(BLOBS.job(id));
    }
  }

  private async storeItem(job: string, sequence: number, item: JobItem): Promise<NewJob['items'][number]> {
    const { name, url, path, error } = item;
    if (error) return { sequence, name, error: { code: error.code, detail: error.message } };
    if (path === undefined) return { sequence, name, url };
    const blob = BLOBS.upload(job, sequence);
    await this.blobs.putFile(blob, path);
    return { sequence, name, blob };
  }
}

function optionsOf({ options: { threshold, classes, masks, annotate, webhook } }: JobRequest): JobOptionsV1 {
  return { threshold, classes, masks, annotate, webhook };
}

function keyReused(key: string): AppError {
  const message = `The Idempotency-Key "${key.slice(0, 100)}" was used for another request. Take a new one.`;
  return new AppError('unprocessable', 'idempotency-key-reused', message);
}
