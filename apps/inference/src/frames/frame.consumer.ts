import { Controller } from '@nestjs/common';
import { framesTopic } from '@kadr/contracts';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { FrameService } from './frame.service.js';

const FRAMES = { group: 'inference', takesBroken: true, requiredOnly: true };

/** Frames of every model that this process knows, in both lanes. */
@Controller()
export class FrameConsumer {
  constructor(private readonly frames: FrameService) {}

  @Consume({ topic: framesTopic('*', 'live'), ...FRAMES })
  live(message: BusMessage): Promise<void> {
    return this.frames.handle(message, 'live');
  }

  @Consume({ topic: framesTopic('*', 'batch'), ...FRAMES })
  batch(message: BusMessage): Promise<void> {
    return this.frames.handle(message, 'batch');
  }
}
