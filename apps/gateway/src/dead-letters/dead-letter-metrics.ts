import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Metrics } from '@kadr/observability';
import { DeadLettersRepository } from '@kadr/storage';

/** How many dead letters wait for somebody, read at each scrape. */
@Injectable()
export class DeadLetterMetrics implements OnModuleInit {
  constructor(
    private readonly letters: DeadLettersRepository,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge('kadr_dead_letters_waiting', 'Dead letters not yet replayed.', [], async () => [
      { labels: {}, value: await this.letters.waiting() },
    ]);
  }
}
