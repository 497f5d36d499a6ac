import { Controller } from '@nestjs/common';
import { TOPICS, decodeModelCard } from '@kadr/contracts';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { ModelsService } from './models.service.js';

@Controller()
export class ModelsConsumer {
  constructor(private readonly models: ModelsService) {}

  @Consume({ topic: TOPICS.models, group: 'gateway-models', perInstance: true, from: 'earliest' })
  async onCard(message: BusMessage): Promise<void> {
    if (message.key !== null) this.models.learn(message.key, decodeModelCard(message), message.timestamp);
  }
}
