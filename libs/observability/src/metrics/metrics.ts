import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The stages of a frame's way, in order. */
export type Stage = 'queue' | 'decode' | 'inference' | 'postprocess' | 'draw' | 'publish';

/** A value read when metrics are scraped. */
export interface Reading {
  labels: Record<string, string>;
  value: number;
}

const STAGE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Prometheus metrics of the process. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly stages = new Histogram({
    name: 'kadr_stage_seconds',
    help: 'Time a frame spent in a stage.',
    labelNames: ['stage', 'model'],
    buckets: STAGE_BUCKETS,
    registers: [this.registry],
  });
  private readonly outcomes = new Counter({
    name: 'kadr_outcomes_total',
    help: 'Frames by outcome: result, a drop by its reason, a failure by its code. A replayed failure counts as its result, too.',
    labelNames: ['outcome', 'reason'],
    registers: [this.registry],
  });
  private readonly requests = new Histogram({
    name: 'kadr_http_request_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['method', 'route', 'status'],
    buckets: STAGE_BUCKETS,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Records that a frame of a model spent `seconds` in `stage`. */
  stage(stage: Stage, seconds: number, labels: { model: string }): void {
    this.stages.observe({ stage, ...labels }, seconds);
  }

  /** Counts a frame's outcome. */
  outcome(outcome: 'result' | 'drop' | 'failure', reason = ''): void {
    this.outcomes.inc({ outcome, reason });
  }

  /** Records an HTTP request; `route` is the pattern, not the path. */
  request(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }

  /** A gauge whose values are read at each scrape. */
  gauge(name: string, help: string, labelNames: string[], read: () => Promise<Reading[]>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        gauge.reset();
        for (const { labels, value } of await read()) gauge.set(labels, value);
      },
    });
  }

  /** A counter whose values are read at each scrape, where something else does the counting. */
  counter(name: string, help: string, labelNames: string[], read: () => Promise<Reading[]>): void {
    const counter: Counter = new Counter({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        const readings = await read();
        counter.reset();
        for (const { labels, value } of readings) counter.inc(labels, value);
      },
    });
  }

  /** The text exposition and its content type. */
  async scrape(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }
}
