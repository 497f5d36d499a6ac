import type { LoggedMessage } from '../../claim-check/claim-check.js';

/** Bytes of one request. A larger message goes alone. */
const BATCH_BYTES = 900 * 1024;
const BATCH_MESSAGES = 500;
/** What a record takes beside key, headers and value; generous. */
const OVERHEAD = 200;

/** Messages of one call, all for one partition. */
export interface Parcel {
  messages: readonly LoggedMessage[];
  bytes: number;
  /** After this time nobody waits for it any more, in milliseconds since 1970. */
  deadline: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Sends messages to one partition: resolves when they are there. */
export type Send = (messages: readonly LoggedMessage[], deadline: number) => Promise<void>;

/**
 * The messages that wait for one partition. While one request is under way the next one gathers, so a quiet time costs
 * no delay and a busy one few requests. One at a time, so that messages keep their order; one partition a request,
 * because kafkajs takes a request for done whose partition has moved, unsent, to a broker that has answered already.
 */
export class PartitionSender {
  private waiting: Parcel[] = [];
  private sending = false;

  constructor(private readonly send: Send) {}

  add(parcel: Parcel): void {
    this.waiting.push(parcel);
    if (this.sending) return;
    this.sending = true;
    // What is published in the same turn shares the first request.
    setImmediate(() => void this.run());
  }

  /** Never rejects. */
  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.take();
      if (batch.length === 0) continue;
      try {
        const messages = batch.flatMap((parcel) => parcel.messages);
        await this.send(messages, Math.max(...batch.map(({ deadline }) => deadline)));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.sending = false;
  }

  private take(): Parcel[] {
    const now = Date.now();
    this.waiting = this.waiting.filter(({ deadline }) => deadline > now);
    let bytes = 0;
    let messages = 0;
    const fits = (parcel: Parcel, index: number): boolean => {
      bytes += parcel.bytes;
      messages += parcel.messages.length;
      return index === 0 || (bytes <= BATCH_BYTES && messages <= BATCH_MESSAGES);
    };
    const end = this.waiting.findIndex((parcel, index) => !fits(parcel, index));
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }
}

/** About what a message takes in a request. */
export function sizeOf({ key, headers, value }: LoggedMessage): number {
  let size = OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, text] of Object.entries(headers)) size += name.length + text.length;
  return size;
}

/** Runs of `messages` that fit one request. */
export function inRequests(messages: readonly LoggedMessage[]): LoggedMessage[][] {
  const runs: LoggedMessage[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    bytes += sizeOf(message);
    if (bytes > BATCH_BYTES || runs.at(-1)!.length >= BATCH_MESSAGES) {
      runs.push([]);
      bytes = sizeOf(message);
    }
    runs.at(-1)!.push(message);
  }
  return runs;
}
