import type { TopicSpec } from '@kadr/contracts';
import { misuse } from './misuse.js';
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

  /** @throws AppError for a topic that is not in the catalogue. */
  get(topic: string): TopicSpec {
    const spec = this.find(topic);
    if (spec) return spec;
    throw misuse(`There is no topic "${topic}". ${this.hint()}`);
  }

  /** @throws AppError when no topic can ever feed `pattern`; `reader` is named. */
  requireFed(pattern: string, reader: string): void {
    if (this.specs.some((spec) => topicMatches(spec.name, pattern))) return;
    throw misuse(`${reader} consumes "${pattern}", which is no topic. ${this.hint()}`);
  }

  private hint(): string {
    return `Topics are: ${this.specs.map((spec) => spec.name).join(', ')}.`;
  }
}
