import { describe } from '@jest/globals';
import { findJava } from '../java.js';
import { hasDocker, startDockerKafka } from './docker-kafka.js';
import { canHaveKafka } from './java.js';
import { startKafka } from './start-kafka.js';
import type { KafkaOptions, TestKafka } from './types.js';

/** What a suite asks of its Kafka beyond a plain broker. */
export interface KafkaNeeds {
  /** Brokers are killed, stopped or set up in ways of their own: one that others use won't do. */
  own?: boolean;
  /** More than one node, TLS, a login or rights: a container won't do. */
  special?: boolean;
}

/** A way to a Kafka. */
export interface KafkaSource {
  kind: 'given' | 'docker' | 'java';
  start(options?: KafkaOptions): Promise<TestKafka>;
}

const HOW =
  'start one and set KAFKA_BROKERS (host:port,…), or start Docker, or install Java 17 or newer (and, for the first run, Maven)';

/** A Kafka for a suite with `needs`, or why there is none: `KAFKA_BROKERS`, else Docker, else Java. */
export function findKafka({ own, special }: KafkaNeeds = {}): KafkaSource | string {
  const given = process.env.KAFKA_BROKERS;
  if (given) {
    if (own || special)
      return 'KAFKA_BROKERS is set, and a broker that is in use is not killed or set up anew; unset it';
    return { kind: 'given', start: () => Promise.resolve(asGiven(given)) };
  }
  if (!special && hasDocker()) return { kind: 'docker', start: (options = {}) => startDockerKafka(options) };
  if (findJava() && canHaveKafka()) return { kind: 'java', start: startKafka };
  return `There is no Kafka: ${special ? 'install Java 17 or newer (and, for the first run, Maven)' : HOW}`;
}

/**
 * A suite on a real Kafka; skipped, saying why, where there is none. In CI (the variable `CI`) that is an error, unless
 * `KAFKA_BROKERS` is what stands in its way.
 */
export function describeKafka(name: string, needs: KafkaNeeds, body: (kafka: KafkaSource) => void): void {
  const found = findKafka(needs);
  if (typeof found !== 'string') {
    describe(name, () => body(found));
    return;
  }
  if (process.env.CI && !process.env.KAFKA_BROKERS) throw new Error(`${name} cannot run. ${found}.`);
  console.warn(`${name}: skipped. ${found}.`);
  // The body is called for its tests to be counted; they do not run.
  describe.skip(name, () => body({ kind: 'given', start: () => Promise.reject(new Error(found)) }));
}

function asGiven(brokers: string): TestKafka {
  const refuse = (): Promise<void> => Promise.reject(new Error('KAFKA_BROKERS are not ours to end'));
  const done = (): Promise<void> => Promise.resolve();
  return { brokers, insideBrokers: brokers, kill: refuse, stop: refuse, start: refuse, dispose: done };
}
