import { Controller } from '@nestjs/common';
import { ContractError, decodeJob, formatSource, TOPICS } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { CancelledJobs } from './cancelled-jobs.js';

/** Learns which jobs are cancelled: every instance reads all of `kadr.jobs`, which is compacted, in a group of its own. */
@Controller()
export class JobsConsumer {
  constructor(private readonly cancelled: CancelledJobs) {}

  @Consume({ topic: TOPICS.jobs, group: 'inference-jobs', perInstance: true, from: 'earliest' })
  async follow(message: BusMessage): Promise<void> {
    if (message.key === null) return;
    const source = formatSource({ kind: 'job', id: message.key });
    if (stateOf(message) === 'cancelled') this.cancelled.add(source);
    else this.cancelled.delete(source);
  }
}

function stateOf(message: BusMessage): string | undefined {
  try {
    return decodeJob(message)?.state;
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new AppError('unprocessable', 'bad-message', `A job message cannot be read: ${error.message}.`, {
      cause: error,
    });
  }
}
