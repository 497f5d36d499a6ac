import { Controller } from '@nestjs/common';
import { TOPICS } from '@kadr/contracts';
import { Log } from '@kadr/observability';
import { Consume } from '@kadr/transport';
import type { BusMessage } from '@kadr/transport';
import { DeadLettersService } from './dead-letters.service.js';
import { readLetter } from './read-letter.js';

/** Takes in dead letters, which wait in the database for somebody to look at them. */
@Controller()
export class DeadLettersConsumer {
  constructor(
    private readonly letters: DeadLettersService,
    private readonly log: Log,
  ) {}

  @Consume({ topic: TOPICS.deadLetters, group: 'viewer', concurrency: 4 })
  async deadLetter(message: BusMessage): Promise<void> {
    const letter = readLetter(message);
    await this.letters.add(letter, message.value);
    const { id, topic, group, code, reason, attempts, source, sequence, size } = letter;
    this.log.info('dead letter', { id, topic, group, code, reason, attempts, source, sequence, bytes: size });
  }
}
