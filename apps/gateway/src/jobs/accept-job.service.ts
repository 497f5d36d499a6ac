import { Injectable } from '@nestjs/common';
import type { JobV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { JobsRepository } from '@kadr/storage';
import type { Request, Response } from 'express';
import { goneSignal } from '../uploads/gone-signal.js';
import { TemporaryFolders } from '../uploads/temporary-folders.js';
import { CreateJobService } from './create-job.service.js';
import { JobIntake } from './job-intake.js';
import { JobWaiter, hasEnded } from './job-waiter.js';
import { preferredWait } from './prefer.js';
import { jobNotFound } from './remove-job.service.js';

/** A job as it is when its request is answered. */
export interface AcceptedJob {
  job: JobV1;
  /** Seconds of the wait that was asked for and honoured. */
  waited?: number;
}

/** Sees a request for a job through: judge, take in, create, and wait if that is preferred. */
@Injectable()
export class AcceptJobService {
  constructor(
    private readonly intake: JobIntake,
    private readonly creation: CreateJobService,
    private readonly folders: TemporaryFolders,
    private readonly waiter: JobWaiter,
    private readonly jobs: JobsRepository,
  ) {}

  async accept(request: Request, response: Response): Promise<AcceptedJob> {
    const signal = goneSignal(response);
    const key = idempotencyKey(request);
    this.intake.judge(request);
    await this.creation.ensureRoom(1);
    const id = await this.folders.use(async (folder) =>
      this.creation.create(await this.intake.read(request, response, folder), key, folder),
    );
    const waited = preferredWait(request.get('prefer'));
    if (waited !== undefined) await this.waiter.until(id, hasEnded, waited, signal);
    const job = await this.jobs.get(id);
    if (!job) throw jobNotFound(id);
    return { job, waited };
  }
}

function idempotencyKey(request: Request): string | undefined {
  const key = request.get('idempotency-key');
  if (key === undefined || /^[\x21-\x7e](?:[\x20-\x7e]{0,254})$/.test(key)) return key;
  const message = 'must be 1 to 255 printable ASCII characters';
  throw new AppError('invalid', 'invalid-request', `Idempotency-Key: ${message}`, {
    errors: [{ field: 'Idempotency-Key', message }],
  });
}
