import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { BLOBS } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { BlobStore, DeadLettersRepository } from '@kadr/storage';
import type { DeadLetter } from '@kadr/storage';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What a browser may take the bytes for; all else is bytes only, because anybody may have written them. */
const TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'application/json']);

/** The original bytes on their way out. */
export interface LetterValue {
  type: string;
  size: number;
  stream: Readable;
}

/** Gives out dead letters, and removes them. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly letters: DeadLettersRepository,
    private readonly blobs: BlobStore,
  ) {}

  /** @throws AppError `not-found` */
  async get(id: string): Promise<DeadLetter> {
    const letter = UUID.test(id) ? await this.letters.get(id) : undefined;
    if (letter) return letter;
    const message = `There is no dead letter "${id.slice(0, 100)}"; it may have been removed.`;
    throw new AppError('not-found', 'not-found', message);
  }

  /** @throws AppError `not-found`; `blob-missing` when somebody removed the bytes. */
  async value(id: string): Promise<LetterValue> {
    const { size, contentType } = await this.get(id);
    if (size === null) throw new AppError('not-found', 'not-found', `The dead letter ${id} is a tombstone: no bytes.`);
    const given = (contentType ?? '').split(';')[0].trim().toLowerCase();
    const type = TYPES.has(given) ? given : 'application/octet-stream';
    if (size === 0) return { type, size, stream: Readable.from([]) };
    return { type, ...(await this.blobs.stream(BLOBS.deadLetter(id))) };
  }

  /** The bytes as they are published again. @throws AppError `blob-missing` */
  async bytes({ id, size }: DeadLetter): Promise<Buffer | null> {
    if (size === null) return null;
    return size === 0 ? Buffer.alloc(0) : this.blobs.get(BLOBS.deadLetter(id));
  }

  /** The row goes last: as long as it is there, a removal that was cut short can be repeated. */
  async remove(id: string): Promise<void> {
    await this.get(id);
    await this.blobs.remove(BLOBS.deadLetter(id));
    await this.letters.remove(id);
  }
}
