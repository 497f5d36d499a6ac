import { Controller } from '@nestjs/common';
import { ContractError, TOPICS, decodeJob } from '@kadr/contracts';
import type { JobV1 } from '@kadr/contracts';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { IngestService } from './ingest.service.js';

/** Lets go of jobs that were cancelled through another gateway. */
@Controller()
export class CancellationsConsumer {
  constructor(private readonly ingest: IngestService) {}

  @Consume({ topic: TOPICS.jobs, group: 'gateway-jobs', perInstance: true, from: 'latest', concurrency: 8 })
  async job(message: BusMessage): Promise<void> {
    const job = readJob(message);
    if (job?.state === 'cancelled') await this.ingest.cancel(job.id);
  }
}

/** What cannot be read is the viewer's to dead-letter, once for all instances. */
function readJob(message: BusMessage): JobV1 | undefined {
  try {
    return decodeJob(message);
  } catch (error) {
    if (error instanceof ContractError) return undefined;
    throw error;
  }
}
