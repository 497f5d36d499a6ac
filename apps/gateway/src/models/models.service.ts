import { Injectable } from '@nestjs/common';
import type { ModelCardV1, ModelState } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { BusMonitor } from '@kadr/transport';

/** Workers announce their models every 5 s; who has missed three is taken for gone. */
const CARD_LIFE_MS = 15_000;
const RETRY_SECONDS = 5;

/** Of several workers' cards, the one that can do most speaks for the model. */
const RANK: Record<ModelState, number> = { ready: 0, loading: 1, fetching: 2, cold: 3, failed: 4 };

/** Then a card is forgotten. */
const MOURNED_MS = 10 * 60_000;

interface HeldCard {
  card: ModelCardV1;
  /** When its worker last spoke, and when this was heard: the first word of all may be an old one that the topic kept. */
  at: number;
  heardAt: number;
}

/** The models that inference workers announce. */
@Injectable()
export class ModelsService {
  private readonly held = new Map<string, HeldCard>();
  /** Until when nobody could be heard here. */
  private deafUntil = 0;

  constructor(private readonly bus: BusMonitor) {}

  /**
   * Takes the newest word of a worker on a model; `undefined` is its leave. `timestamp` is the message's, in milliseconds
   * since 1970; it counts for the first word only, since the clocks of other machines may be wrong.
   */
  learn(key: string, card: ModelCardV1 | undefined, timestamp: number, now = Date.now()): void {
    if (!card) this.held.delete(key);
    else this.held.set(key, { card, at: this.held.has(key) ? now : Math.min(timestamp, now), heardAt: now });
  }

  /** One card a model, sorted by id, the default first. */
  list(now = Date.now()): ModelCardV1[] {
    // While the bus is away, silence says nothing of the workers.
    if (this.bus.problem() !== undefined) this.deafUntil = now;
    const best = new Map<string, ModelCardV1>();
    for (const [key, { card, at, heardAt }] of this.held) {
      if (now - Math.max(heardAt, this.deafUntil) > MOURNED_MS) this.held.delete(key);
      else if (now - Math.max(at, this.deafUntil) > CARD_LIFE_MS) continue;
      else if (!best.has(card.id) || RANK[card.state] < RANK[best.get(card.id)!.state]) best.set(card.id, card);
    }
    return [...best.values()].sort((a, b) => Number(b.default) - Number(a.default) || (a.id < b.id ? -1 : 1));
  }

  /** The model `id`, or the default one when left out. */
  find(id: string | undefined): ModelCardV1 | undefined {
    return this.list().find((card) => (id === undefined ? card.default : card.id === id));
  }

  /** As {@link find}. @throws AppError `no-worker` when nobody serves a model, `not-found` otherwise. */
  require(id: string | undefined): ModelCardV1 {
    const card = this.find(id);
    if (card) return card;
    const ids = this.list().map((known) => known.id);
    if (ids.length === 0) {
      const message = 'No inference worker has announced itself yet. Try again in a moment.';
      throw new AppError('unavailable', 'no-worker', message, { retryAfter: RETRY_SECONDS });
    }
    const asked = id === undefined ? 'a default model' : `a model "${id.slice(0, 100)}"`;
    throw new AppError('not-found', 'not-found', `There is not ${asked}; there are ${ids.join(', ')}.`);
  }
}

/** The error of a model that can't answer now, or `undefined` when frames may be sent to it. */
export function notServing(card: ModelCardV1): AppError | undefined {
  switch (card.state) {
    // Inference starts to fetch a cold model when its first frame arrives.
    case 'ready':
    case 'cold':
      return undefined;
    case 'fetching':
    case 'loading':
      return modelLoading(card);
    case 'failed': {
      const message = `The model ${card.id} could not be loaded: ${card.error ?? 'no reason given'}`;
      return new AppError('unavailable', 'model-failed', message, { retryAfter: 60, details: { model: card.id } });
    }
  }
}

/** The error of a model whose weights are on their way; the progress is in its details. */
export function modelLoading(card: ModelCardV1): AppError {
  const { id, state, progress } = card;
  const share = progress && progress.total > 0 ? ` (${Math.floor((100 * progress.received) / progress.total)} %)` : '';
  const message = `The model ${id} is not ready yet${share}. Try again in ${RETRY_SECONDS} s.`;
  return new AppError('unavailable', 'model-loading', message, {
    retryAfter: RETRY_SECONDS,
    details: { model: id, state, ...(progress && { progress }) },
  });
}
