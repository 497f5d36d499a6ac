import type { Metrics, Reading } from '@kadr/observability';
import type { BusMonitor, ConsumerLag } from '@kadr/transport';

/** How far each group is behind, as gauges that are read at each scrape. */
export function exposeLag(metrics: Metrics, bus: BusMonitor): void {
  const labels = ['topic', 'group'];
  const read = (value: (lag: ConsumerLag) => number) => async (): Promise<Reading[]> =>
    (await bus.lag()).map((lag) => ({ labels: { topic: lag.topic, group: lag.group }, value: value(lag) }));
  metrics.gauge(
    'kadr_consumer_lag_messages',
    'Messages not yet finished.',
    labels,
    read(({ messages }) => messages),
  );
  metrics.gauge(
    'kadr_consumer_lag_seconds',
    'Age of the oldest unfinished message.',
    labels,
    read(({ seconds }) => seconds),
  );
  metrics.gauge(
    'kadr_consumer_in_flight',
    'Handlers running now.',
    labels,
    read(({ inFlight }) => inFlight),
  );
}
