import { describe, expect, it } from '@jest/globals';
import { Health } from './health.js';

describe('Health', () => {
  it('is ready when every part is', () => {
    const health = new Health();
    health.register('bus', () => undefined);
    expect(health.report()).toEqual({ status: 'ready', checks: { bus: 'ok' } });
  });

  it('says which part is not ready, and why', () => {
    const health = new Health();
    health.register('bus', () => undefined);
    health.register('models', () => 'objects is loading');
    expect(health.report()).toEqual({ status: 'unready', checks: { bus: 'ok', models: 'objects is loading' } });
  });
});
