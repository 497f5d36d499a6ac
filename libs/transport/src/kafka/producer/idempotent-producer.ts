import { Logger } from '@nestjs/common';
import type { Kafka, Message, Producer } from 'kafkajs';
import { AppError } from '@kadr/errors';
import type { LoggedMessage } from '../../claim-check/claim-check.js';
import { explain } from '../explain.js';
import type { KafkaOptions } from '../kafka-options.js';

/** In all in-sync replicas. */
const ACKS = -1;
const RETRY_MS = 250;

/**
 * The producer of this process: idempotent, acknowledged by all in-sync replicas. After a failure it is replaced:
 * kafkajs would give the next batch the numbers of the one that failed, and a broker that did have the failed one would
 * take the next for its repetition and drop it.
 */
export class IdempotentProducer {
  private readonly logger = new Logger('Kafka');
  private current: Promise<Producer> | undefined;
  private closed = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: KafkaOptions,
  ) {}

  /** Resolves when the broker has the messages; goes on trying until `deadline`. @throws AppError `bus-unavailable` */
  async send(topic: string, partition: number, messages: readonly LoggedMessage[], deadline: number): Promise<void> {
    const records = messages.map((message) => recordOf(message, partition));
    for (;;) {
      try {
        await this.attempt(topic, records);
        return;
      } catch (error) {
        const known = explain(
          error,
          { what: `the topic ${topic}`, needs: `WRITE on topic ${topic}` },
          this.options.brokers,
        );
        if (!(known.kind === 'away') || Date.now() + RETRY_MS > deadline || this.closed) throw known;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const producer = await this.current?.catch(() => undefined);
    await producer?.disconnect();
  }

  private async attempt(topic: string, messages: Message[]): Promise<void> {
    const connecting = this.connect();
    try {
      const producer = await connecting;
      await producer.send({ topic, acks: ACKS, messages });
    } catch (error) {
      this.discard(connecting);
      throw error;
    }
  }

  private connect(): Promise<Producer> {
    this.current ??= this.open();
    return this.current;
  }

  private async open(): Promise<Producer> {
    if (this.closed) throw new AppError('away', 'bus-unavailable', 'The bus is closed.');
    const producer = this.kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
    await producer.connect();
    return producer;
  }

  /** Others that still wait for an answer of the old one get it; it ends by itself. */
  private discard(connecting: Promise<Producer>): void {
    if (this.current !== connecting) return;
    this.current = undefined;
    connecting
      .then((producer) => producer.disconnect())
      .catch((error: unknown) => this.logger.debug(`A producer that failed was let go: ${String(error)}`));
  }
}

function recordOf({ key, headers, value }: LoggedMessage, partition: number): Message {
  return { key, headers: { ...headers }, value: value === null ? null : asBuffer(value), partition };
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
