import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('exposes stages as histograms by model', async () => {
    const metrics = new Metrics();
    metrics.stage('decode', 0.004, { model: 'objects' });
    const { text, contentType } = await metrics.scrape();
    expect(contentType).toContain('text/plain');
    expect(text).toContain('kadr_stage_seconds_bucket{le="0.005",stage="decode",model="objects"} 1');
  });

  it('reads a gauge anew at each scrape', async () => {
    const metrics = new Metrics();
    let lag = 3;
    metrics.gauge('kadr_lag_messages', 'Lag.', ['topic'], async () => [{ labels: { topic: 't' }, value: lag }]);
    expect((await metrics.scrape()).text).toContain('kadr_lag_messages{topic="t"} 3');
    lag = 0;
    expect((await metrics.scrape()).text).toContain('kadr_lag_messages{topic="t"} 0');
  });

  it('reads a counter anew at each scrape', async () => {
    const metrics = new Metrics();
    const read = async () => [{ labels: { group: 'g' }, value: 3 }];
    metrics.counter('kadr_retries_total', 'Retries.', ['group'], read);
    await metrics.scrape();
    const { text } = await metrics.scrape();
    expect(text).toContain('# TYPE kadr_retries_total counter');
    expect(text).toContain('kadr_retries_total{group="g"} 3');
  });
});
