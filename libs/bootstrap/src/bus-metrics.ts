import type { Metrics, Reading } from '@kadr/observability';
import type { BusMonitor, ConsumerLag } from '@kadr/transport';

const LABELS = ['topic', 'group'];

const GAUGES = [
  ['kadr_consumer_lag_messages', 'Messages not yet finished.', 'messages'],
  ['kadr_consumer_lag_seconds', 'Age of the oldest unfinished message.', 'seconds'],
  ['kadr_consumer_in_flight', 'Handlers running now.', 'inFlight'],
] as const;

const COUNTERS = [
  ['kadr_consumer_retries_total', 'Deliveries after the first one of a message.', 'retries'],
  ['kadr_consumer_dead_letters_total', 'Messages that went to the dead-letter topic.', 'deadLetters'],
  ['kadr_consumer_rebalances_total', 'Times that the group shared out its partitions anew.', 'rebalances'],
  ['kadr_consumer_restarts_total', "Times that the group's consumer broke and began again.", 'restarts'],
] as const;

/** How far each group is behind, as gauges, and what it went through, as counters; both are read at each scrape. */
export function exposeLag(metrics: Metrics, bus: BusMonitor): void {
  const read = (field: keyof ConsumerLag) => async (): Promise<Reading[]> =>
    (await bus.lag()).flatMap((lag) => {
      const value = lag[field];
      // A transport leaves out what it has not: the embedded bus never rebalances.
      return typeof value === 'number' ? [{ labels: { topic: lag.topic, group: lag.group }, value }] : [];
    });
  for (const [name, help, field] of GAUGES) metrics.gauge(name, help, LABELS, read(field));
  for (const [name, help, field] of COUNTERS) metrics.counter(name, help, LABELS, read(field));
}
