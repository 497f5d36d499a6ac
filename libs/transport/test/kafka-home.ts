import { TransportModule } from '@kadr/transport';
import type { KafkaOptions } from '@kadr/transport';
import type { TestKafka } from '../../../test/support/kafka/types.js';
import type { BusHost } from './harness.js';

let groups = 0;

/** Short enough that a test can outlast it. */
export const SESSION_MS = 3000;

/** Processes on `kafka`, with groups of their own unless `more` names them. */
export function kafkaHost(kafka: TestKafka, more: Partial<KafkaOptions> = {}): BusHost {
  const settings = {
    brokers: kafka.brokers.split(','),
    clientId: 'test',
    groupPrefix: `test-${process.pid}-${groups++}.`,
    sessionTimeoutMs: SESSION_MS,
    sendTimeoutMs: 3000,
    ...more,
  };
  return { module: (options) => TransportModule.forRoot({ ...options, dataDir: '', kafka: settings }) };
}
