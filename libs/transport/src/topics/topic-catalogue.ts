import type { TopicSpec } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { isPattern, topicMatches } from './topic-pattern.js';

/** The topics there can be. An exact name wins over a pattern. */
export class TopicCatalogue {
  constructor(private readonly specs: readonly TopicSpec[]) {}

  /** Names of the topics that exist from the start. */
  get named(): string[] {
    return this.specs.map((spec) => spec.name).filter((name) => !isPattern(name));
  }

  find(topic: string): TopicSpec | undefined {
    const exact = this.specs.find((spec) => spec.name === topic);
    return exact ?? (isPattern(topic) ? undefined : this.specs.find((spec) => topicMatches(spec.name, topic)));
  }

  /** @throws AppError for a topic that is not in the catalogue: a mistake in the program, so no retry helps. */
  get(topic: string): TopicSpec {
    const spec = this.find(topic);
    if (spec) return spec;
    throw new AppError('internal', 'internal', `There is no topic "${topic}". ${this.hint()}`, { retryable: false });
  }

  /** @throws AppError when no topic can ever feed `pattern`; `reader` is named. */
  requireFed(pattern: string, reader: string): void {
    if (this.specs.some((spec) => topicMatches(spec.name, pattern))) return;
    throw new AppError('internal', 'internal', `${reader} consumes "${pattern}", which is no topic. ${this.hint()}`, {
      retryable: false,
    });
  }

  private hint(): string {
    return `Topics are: ${this.specs.map((spec) => spec.name).join(', ')}.`;
  }
}
