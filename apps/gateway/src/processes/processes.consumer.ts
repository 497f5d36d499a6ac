import { Controller } from '@nestjs/common';
import { TOPICS, decodeProcess } from '@kadr/contracts';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { ProcessesService } from './processes.service.js';

@Controller()
export class ProcessesConsumer {
  constructor(private readonly processes: ProcessesService) {}

  @Consume({ topic: TOPICS.processes, group: 'gateway-processes', perInstance: true, from: 'earliest' })
  async onProcess(message: BusMessage): Promise<void> {
    if (message.key !== null) this.processes.learn(message.key, decodeProcess(message), message.timestamp);
  }
}
