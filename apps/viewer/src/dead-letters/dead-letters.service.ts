import { Injectable } from '@nestjs/common';
import { BLOBS } from '@kadr/contracts';
import { BlobStore, DeadLettersRepository } from '@kadr/storage';
import type { NewDeadLetter } from '@kadr/storage';

/** Letters removed at once. */
const PURGED = 200;

/** Keeps dead letters for whoever looks at them, and lets them go in time. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly letters: DeadLettersRepository,
    private readonly blobs: BlobStore,
  ) {}

  /** The bytes first: a letter that is listed has them. */
  async add(letter: NewDeadLetter, value: Buffer | null): Promise<void> {
    if (value !== null && value.length > 0) await this.blobs.put(BLOBS.deadLetter(letter.id), value);
    await this.letters.add(letter);
  }

  /** Removes letters given up before `time`. */
  async purge(time: string): Promise<void> {
    for (;;) {
      const ids = await this.letters.olderThan(time, PURGED);
      for (const id of ids) await this.blobs.remove(BLOBS.deadLetter(id));
      await this.letters.remove(...ids);
      if (ids.length < PURGED) return;
    }
  }
}
