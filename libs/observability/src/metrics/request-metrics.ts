import type { NextFunction, Request, Response } from 'express';
import type { Metrics } from './metrics.js';

/** Express middleware that records each answered request by its route's pattern. */
export function requestMetrics(metrics: Metrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const start = performance.now();
    response.once('finish', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'unmatched';
      metrics.request(request.method, route, response.statusCode, (performance.now() - start) / 1000);
    });
    next();
  };
}
