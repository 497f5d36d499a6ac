import { Controller } from '@nestjs/common';
import { TOPICS } from '@kadr/contracts';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { ProjectionService } from './projection.service.js';
import { readOutcome } from './read-outcome.js';

/** Nobody waits for an answer here, and progress is told every 100 ms at most. */
const GATHER_MS = 80;

/** Takes in what became of frames. Many at once, because those share a transaction. */
@Controller()
export class OutcomesConsumer {
  constructor(private readonly projection: ProjectionService) {}

  @Consume({ topic: TOPICS.outcomes, group: 'viewer', concurrency: 200, gatherMs: GATHER_MS })
  async outcome(message: BusMessage): Promise<void> {
    await this.projection.add(readOutcome(message));
  }
}
