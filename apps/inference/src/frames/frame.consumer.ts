import { Controller } from '@nestjs/common';
import { framesTopic } from '@kadr/contracts';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { FrameService } from './frame.service.js';

/** Frames of every model, in both lanes. */
@Controller()
export class FrameConsumer {
  constructor(private readonly frames: FrameService) {}

  @Consume({ topic: framesTopic('*', 'live'), group: 'inference', takesBroken: true })
  live(message: BusMessage): Promise<void> {
    return this.frames.handle(message, 'live');
  }

  @Consume({ topic: framesTopic('*', 'batch'), group: 'inference', takesBroken: true })
  batch(message: BusMessage): Promise<void> {
    return this.frames.handle(message, 'batch');
  }
}
