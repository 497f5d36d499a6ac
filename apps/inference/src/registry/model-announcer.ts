import { Injectable } from '@nestjs/common';
import { encodeModelCard, framesTopic, TOPICS } from '@kadr/contracts';
import type { ModelCardV1 } from '@kadr/contracts';
import { Log } from '@kadr/observability';
import { Publisher, Topics } from '@kadr/transport';

/** Cards are repeated so often, so that a reader can tell a worker that left from one that has no news. */
const REPEAT_MS = 5_000;
/** Progress is worth a message so often at most. */
const LEAST_GAP_MS = 200;

/** Tells who listens which models this worker serves, on `kadr.models`. */
@Injectable()
export class ModelAnnouncer {
  private timer: NodeJS.Timeout | undefined;
  private pending: NodeJS.Timeout | undefined;
  private latest: ModelCardV1[] = [];

  constructor(
    private readonly publisher: Publisher,
    private readonly topics: Topics,
    private readonly log: Log,
  ) {}

  /** Makes sure of the topics of the models' frames: they are there because somebody serves the models. */
  async openLanes(models: readonly string[]): Promise<void> {
    const lanes = ['live', 'batch'] as const;
    await this.topics.require(...models.flatMap((id) => lanes.map((lane) => framesTopic(id, lane))));
  }

  /** Announces all cards now and from time to time. */
  start(cards: () => ModelCardV1[]): void {
    this.timer = setInterval(() => this.announce(cards()), REPEAT_MS).unref();
    this.announce(cards());
  }

  /** Announces soon; of many calls in a short time the last one counts. Before {@link start} it does nothing. */
  announce(cards: ModelCardV1[]): void {
    this.latest = cards;
    if (!this.timer) return;
    this.pending ??= setTimeout(() => void this.send(), LEAST_GAP_MS).unref();
    if (cards.every(({ state }) => state !== 'fetching')) void this.send();
  }

  /** Takes the cards back: the worker leaves. */
  async stop(cards: ModelCardV1[]): Promise<void> {
    if (!this.timer) return;
    clearInterval(this.timer);
    clearTimeout(this.pending);
    this.timer = undefined;
    const tombstones = cards.map((card) => ({ ...encodeModelCard(card), value: null }));
    await this.publisher.publish(TOPICS.models, ...tombstones).catch((error: unknown) => this.failed(error));
  }

  private async send(): Promise<void> {
    clearTimeout(this.pending);
    this.pending = undefined;
    await this.publisher
      .publish(TOPICS.models, ...this.latest.map(encodeModelCard))
      .catch((error: unknown) => this.failed(error));
  }

  /** The next repetition makes up for it. */
  private failed(error: unknown): void {
    this.log.warn('model-cards-not-sent', { error });
  }
}
