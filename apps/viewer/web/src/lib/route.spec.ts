import { describe, expect, it } from '@jest/globals';
import { formatRoute, parseRoute } from './route.js';

describe('route', () => {
  it('comes back as it was', () => {
    const route = { job: '019302a4-8d5e', item: 12 };
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  it('falls to the first picture when the item is no number', () => {
    expect(parseRoute('#job=a&item=-3')).toEqual({ job: 'a', item: 0 });
    expect(parseRoute('#job=a&item=x')).toEqual({ job: 'a', item: 0 });
    expect(parseRoute('#job=a')).toEqual({ job: 'a', item: 0 });
  });

  it('is none without a job', () => {
    expect(parseRoute('')).toBeUndefined();
    expect(parseRoute('#item=3')).toBeUndefined();
  });
});
