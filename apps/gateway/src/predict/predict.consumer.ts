import { Controller } from '@nestjs/common';
import { TOPICS, decodeAnnotated, decodeOutcome, numberHeader } from '@kadr/contracts';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { GatewayInstance } from './gateway-instance.js';
import { PendingAnswers } from './pending-answers.js';

const GROUP = 'gateway-answers';
const CONCURRENCY = 64;

/** Matches what comes back over the bus with this instance's requests. */
@Controller()
export class PredictConsumer {
  constructor(
    private readonly instance: GatewayInstance,
    private readonly pending: PendingAnswers,
  ) {}

  @Consume({ topic: TOPICS.outcomes, group: GROUP, perInstance: true, from: 'latest', concurrency: CONCURRENCY })
  async onOutcome(message: BusMessage): Promise<void> {
    if (message.headers.ce_source !== this.instance.source) return;
    // A result is answered byte for byte; to parse and write it again would only cost time.
    if (message.headers.ce_type === 'kadr.result.v1' && message.value) {
      return this.pending.settle(numberHeader(message, 'ce_sequence'), { kind: 'result', bytes: message.value });
    }
    const outcome = decodeOutcome(message);
    if (outcome.type === 'kadr.drop.v1') this.pending.settle(outcome.sequence, { kind: 'drop', drop: outcome.drop });
    if (outcome.type === 'kadr.failure.v1') {
      this.pending.settle(outcome.sequence, { kind: 'failure', failure: outcome.failure });
    }
  }

  @Consume({ topic: TOPICS.annotated, group: GROUP, perInstance: true, from: 'latest', concurrency: CONCURRENCY })
  async onAnnotated(message: BusMessage): Promise<void> {
    if (message.headers.ce_source !== this.instance.source) return;
    const { sequence, image } = decodeAnnotated(message);
    this.pending.settle(sequence, {
      kind: 'annotated',
      bytes: Buffer.from(image.buffer, image.byteOffset, image.length),
    });
  }
}
