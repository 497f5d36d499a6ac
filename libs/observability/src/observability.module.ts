import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Health } from './health/health.js';
import { HealthController } from './health/health.controller.js';
import { Log } from './logging/log.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';

/** Gives {@link Log}, {@link Metrics} and {@link Health} to every module and serves `/health` and `/metrics`. */
@Module({})
export class ObservabilityModule {
  static forRoot(log: Log): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [{ provide: Log, useValue: log }, Metrics, Health],
      exports: [Log, Metrics, Health],
    };
  }
}
