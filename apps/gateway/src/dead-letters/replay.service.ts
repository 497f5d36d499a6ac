import { Injectable } from '@nestjs/common';
import { isReplayable } from '@kadr/contracts';
import type { ReplayDto } from '@kadr/contracts';
import { AppError, toAppError } from '@kadr/errors';
import { Log } from '@kadr/observability';
import { DeadLettersRepository } from '@kadr/storage';
import type { DeadLetter, DeadLetterPlace } from '@kadr/storage';
import { Publisher } from '@kadr/transport';
import { DeadLettersService } from './dead-letters.service.js';

/** Letters read at once while all are replayed. */
const PAGE = 100;
const EXPIRY = 'ce_expirytime';
const CLAIM = 'ce_dataref';

/** Publishes dead letters again where they came from. Published first, marked after: at least once. */
@Injectable()
export class ReplayService {
  constructor(
    private readonly letters: DeadLettersRepository,
    private readonly values: DeadLettersService,
    private readonly publisher: Publisher,
    private readonly log: Log,
  ) {}

  /** The letter after its replay. @throws AppError `not-found`, `unknown-topic`, `blob-missing`; what the bus throws. */
  async one(id: string): Promise<DeadLetter> {
    return this.replay(await this.values.get(id));
  }

  /** Replays what was not yet replayed, the oldest first. What is buried meanwhile is not touched, or it might never end. */
  async all(filter: { code?: string; topic?: string }): Promise<ReplayDto> {
    const waiting = { ...filter, replayed: false };
    const count = { replayed: 0, skipped: 0 };
    const newest = (await this.letters.page(waiting, { limit: 1 })).letters.at(0);
    if (!newest) return count;
    let after: DeadLetterPlace | undefined;
    let more = true;
    while (more) {
      const page = await this.letters.between(waiting, after, newest, PAGE);
      for (const letter of page) count[(await this.replayed(letter)) ? 'replayed' : 'skipped'] += 1;
      after = page.at(-1);
      more = page.length === PAGE;
    }
    return count;
  }

  /** False for a letter that no replay can help. */
  private async replayed(letter: DeadLetter): Promise<boolean> {
    try {
      await this.replay(letter);
      return true;
    } catch (error) {
      const { kind } = toAppError(error);
      if (kind === 'conflict' || kind === 'not-found') return false;
      throw error;
    }
  }

  private async replay(letter: DeadLetter): Promise<DeadLetter> {
    const { id, topic, key, source, sequence, code } = letter;
    if (topic === null || !isReplayable(topic)) throw unknownTopic(letter);
    const value = await this.values.bytes(letter);
    await this.publisher.publish(topic, { key, headers: headersOf(letter), value });
    this.log.info('dead letter replayed', { id, topic, source, sequence, code, replays: letter.replays + 1 });
    // It may have been removed in this very moment; what it was is told all the same.
    return (await this.letters.markReplayed(id, new Date().toISOString())) ?? letter;
  }
}

/**
 * The original headers; but a frame that waited here for somebody must not expire at once, and bytes that were a claim
 * check are at hand and need none: the bus makes another one if they are large.
 */
function headersOf({ headers, size }: DeadLetter): Record<string, string> {
  const left = size ? [EXPIRY, CLAIM] : [EXPIRY];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.includes(name)));
}

function unknownTopic({ id, topic }: DeadLetter): AppError {
  const why =
    topic === null
      ? 'it does not say from which topic it came'
      : `Kadr has no topic "${topic.slice(0, 100)}" to put it on`;
  return new AppError('conflict', 'unknown-topic', `The dead letter ${id} cannot be replayed: ${why}.`);
}
