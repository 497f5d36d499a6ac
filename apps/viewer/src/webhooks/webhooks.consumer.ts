import { Controller } from '@nestjs/common';
import { Config } from '@kadr/config';
import { TOPICS, decodeJob } from '@kadr/contracts';
import type { JobV1 } from '@kadr/contracts';
import { AppError, toAppError } from '@kadr/errors';
import { postPublic } from '@kadr/media';
import { Log } from '@kadr/observability';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { readMessage } from '../read-message.js';

/**
 * POSTs jobs that have ended to the webhooks they name. At least once: a process that dies between the answer and the
 * commit sends again, and so does a job's end that is announced again; `webhook-id` tells a receiver that it knows it.
 */
@Controller()
export class WebhooksConsumer {
  constructor(
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  /** Jobs without `finishedAt` have not ended: a cancellation is a request until the viewer has heeded it. */
  @Consume({ topic: TOPICS.jobs, group: 'webhooks', concurrency: 8 })
  async job(message: BusMessage): Promise<void> {
    const job = readMessage(message, decodeJob);
    const webhook = job?.options.webhook;
    if (!job || webhook === undefined || job.finishedAt === null) return;
    try {
      await this.deliver(job, webhook, message.attempt);
    } catch (error) {
      throw patient(toAppError(error), message.attempt);
    }
  }

  private async deliver(job: JobV1, webhook: string, attempt: number): Promise<void> {
    const id = `${job.id}-${job.state}`;
    const start = performance.now();
    const status = await postPublic(webhook, JSON.stringify(job), {
      timeoutMs: this.config.URL_TIMEOUT_MS,
      allowPrivate: this.config.ALLOW_PRIVATE_URLS,
      headers: { 'idempotency-key': id, 'webhook-id': id },
    });
    const ms = Math.round(performance.now() - start);
    this.log.info('webhook', { job: job.id, state: job.state, to: new URL(webhook).origin, status, attempt, ms });
  }
}

/** The error, asking for 1 s before the next attempt, then 2, 4 and 8: a receiver that restarts is back by then. */
function patient(error: AppError, attempt: number): AppError {
  const { kind, code, message, retryable } = error;
  return new AppError(kind, code, `webhook: ${message}`, { retryable, retryAfter: 2 ** (attempt - 1), cause: error });
}
