import { Controller, Module } from '@nestjs/common';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { TopicSpec } from '@kadr/contracts';
import { TOPICS } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { BusMonitor, BusStrategy, Consume, Publisher } from '@kadr/transport';
import type {
  BusMessage,
  ClaimStore,
  MessageHandler,
  OutgoingMessage,
  Subscription,
  TransportOptions,
} from '@kadr/transport';

/** Options of a process on the bus; where it keeps its data is the home's business. */
export type ProcessOptions = Omit<TransportOptions, 'dataDir'>;

/** A transport to be tested: its data, which outlive its processes. */
export interface BusHome extends BusHost {
  /** The data as they would be if every process on them were killed now. */
  killed(): Promise<BusHome>;
  dispose(): Promise<void>;
  /** What its groups are named by, where they share a cluster with others. */
  prefix?: string;
}

/** Where processes on a bus can be started. */
export interface BusHost {
  /** A Nest module that provides Publisher, BusMonitor and the strategy. */
  module(options: ProcessOptions): DynamicModule;
}

/** The home of the running test. */
export type UseHome = () => BusHome;

/** A handler and what it asks for. */
export type Handling = Subscription & { handle: MessageHandler };

/** A running process: publisher, monitor, and its handlers through Nest. */
export interface BusProcess {
  publisher: Publisher;
  monitor: BusMonitor;
  close(): Promise<void>;
}

const DEAD_LETTERS: TopicSpec = { name: TOPICS.deadLetters, partitions: 1, durable: true, retentionMs: 3_600_000 };

/** A durable topic of a fresh name. */
export function durable(more: Partial<TopicSpec> = {}): TopicSpec {
  return { name: fresh('durable'), partitions: 3, durable: true, retentionMs: 3_600_000, ...more };
}

/** A volatile topic of a fresh name. */
export function volatile(more: Partial<TopicSpec> = {}): TopicSpec {
  return { name: fresh('volatile'), partitions: 3, durable: false, retentionMs: 3_600_000, ...more };
}

let names = 0;

/** A name that no other test of this run uses. */
export function fresh(what: string): string {
  return `contract.${process.pid}-${Date.now()}-${names++}.${what}`;
}

/** Claims in memory. */
export class MemoryClaims implements ClaimStore {
  readonly values = new Map<string, Buffer>();

  async put(key: string, value: Uint8Array): Promise<void> {
    this.values.set(key, Buffer.from(value));
  }

  async get(key: string): Promise<Buffer> {
    const value = this.values.get(key);
    if (!value) throw new AppError('not-found', 'blob-missing', `There is no blob "${key}".`);
    return value;
  }

  async remove(key: string): Promise<void> {
    this.values.delete(key);
  }

  async removeOlderThan(): Promise<number> {
    return 0;
  }
}

/** Starts a process on `host` with `handlings`, assigned to their topics when it resolves. */
export async function start(
  host: BusHost,
  topics: TopicSpec[],
  handlings: Handling[] = [],
  options: Partial<ProcessOptions> = {},
): Promise<BusProcess> {
  const bus = host.module({
    topics: [...topics, DEAD_LETTERS],
    claims: new MemoryClaims(),
    claimCheckBytes: 64 * 1024,
    backoff: { initialMs: 1, factor: 2, maxMs: 20 },
    ...options,
  });
  class ProcessModule {}
  Module({ imports: [bus], controllers: handlings.map(controllerOf) })(ProcessModule);
  const app = await NestFactory.create(ProcessModule, { logger: false, abortOnError: false });
  open.add(app);
  return listen(app);
}

const open = new Set<INestApplication>();

/** Ends every process that a test has left running. */
export async function closeAll(): Promise<void> {
  await Promise.all([...open].map((app) => app.close()));
  open.clear();
}

async function listen(app: INestApplication): Promise<BusProcess> {
  app.connectMicroservice({ strategy: app.get(BusStrategy) });
  await app.startAllMicroservices();
  return { publisher: app.get(Publisher), monitor: app.get(BusMonitor), close: () => app.close() };
}

function controllerOf({ handle, ...subscription }: Handling): Type {
  @Controller()
  class TestConsumer {
    @Consume(subscription)
    receive(message: BusMessage): Promise<void> {
      return handle(message);
    }
  }
  return TestConsumer;
}

/** A handler that keeps what it gets. */
export class Recorder {
  readonly messages: BusMessage[] = [];

  readonly handle = async (message: BusMessage): Promise<void> => {
    this.messages.push(message);
  };

  get texts(): string[] {
    return this.messages.map(({ value }) => value?.toString() ?? '<null>');
  }
}

/** Resolves when `condition` holds. @throws after 15 s, naming `what`. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not happen within 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A message of text. */
export function text(value: string, key: string | null = null): OutgoingMessage {
  return { key, headers: { 'content-type': 'text/plain' }, value: Buffer.from(value) };
}

/** Texts of `count` messages: '0', '1', … */
export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}

/** A promise with its handles, to hold a handler back. */
export class Gate {
  open!: () => void;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** Reads the dead letters of `topic`. */
export function deadLettersOf(topic: string): { handling: Handling; letters: BusMessage[] } {
  const letters: BusMessage[] = [];
  const handle = async (message: BusMessage) => {
    if (message.headers.ce_originaltopic === topic) letters.push(message);
  };
  const handling = {
    topic: TOPICS.deadLetters,
    group: fresh('letters'),
    perInstance: true,
    from: 'earliest' as const,
    handle,
  };
  return { handling, letters };
}
