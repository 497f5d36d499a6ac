import { Controller } from '@nestjs/common';
import { TOPICS, decodeLiveJob, liveSource } from '@kadr/contracts';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { readMessage } from '../read-message.js';
import { LiveHub } from './live-hub.js';
import { ViewerInstance } from './viewer-instance.js';

/** Wakes those who watch here when another viewer has recorded something of their job. */
@Controller()
export class LiveConsumer {
  constructor(
    private readonly instance: ViewerInstance,
    private readonly hub: LiveHub,
  ) {}

  @Consume({ topic: TOPICS.live, group: 'viewer-live', perInstance: true, from: 'latest', concurrency: 64 })
  async live(message: BusMessage): Promise<void> {
    // Those who watch here were told at once.
    if (message.headers.ce_source === liveSource(this.instance.id)) return;
    const { jobId, job } = readMessage(message, decodeLiveJob);
    if (job) this.hub.notify(job);
    else this.hub.removed(jobId);
  }
}
