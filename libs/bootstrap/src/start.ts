import { Module } from '@nestjs/common';
import type { ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Config } from '@kadr/config';
import { Health, Metrics, NestLogger, requestMetrics } from '@kadr/observability';
import type { Log } from '@kadr/observability';
import { BusMonitor, BusStrategy } from '@kadr/transport';
import { exposeLag } from './bus-metrics.js';
import { CoreModule } from './core.module.js';
import type { CoreNeeds } from './core.module.js';
import { claimPort } from './port.js';
import { ProcessAnnouncer } from './process-announcer.js';
import { declineUpgrades } from './upgrades.js';

/** A process of Kadr: which modules it holds, and what they need of it. */
export interface ProcessSpec extends CoreNeeds {
  modules: NonNullable<ModuleMetadata['imports']>;
  /** What a module asks of the application itself. */
  configure?: (app: NestExpressApplication) => void;
}

/**
 * Starts everything in order: the port is free, storage and models are there and warm, every handler is assigned;
 * only then it listens.
 * @throws AppError or ConfigError saying why it cannot.
 */
export async function start(spec: ProcessSpec, config: Config, log: Log): Promise<NestExpressApplication> {
  await claimPort(config.PORT, config.HOST);
  const app = await NestFactory.create<NestExpressApplication>(rootModule(spec, config, log), {
    logger: new NestLogger(log),
    abortOnError: false,
    bodyParser: false,
  });
  try {
    app.disable('x-powered-by');
    // A digest of every answer, pictures included, for questions that are hardly ever asked twice. Files have theirs.
    app.disable('etag');
    app.use(requestMetrics(app.get(Metrics)));
    exposeLag(app.get(Metrics), app.get(BusMonitor));
    app.get(Health).register('bus', () => app.get(BusMonitor).problem());
    spec.configure?.(app);
    app.connectMicroservice({ strategy: app.get(BusStrategy) });
    await app.init();
    declineUpgrades(app.getHttpServer());
    await app.startAllMicroservices();
    await app.listen(config.PORT, config.HOST);
    app.get(ProcessAnnouncer).start();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

function rootModule({ name, modules, database }: ProcessSpec, config: Config, log: Log): new () => object {
  class RootModule {}
  Module({ imports: [CoreModule.forRoot(config, log, { name, database }), ...modules] })(RootModule);
  return RootModule;
}

/** Where people find what listens. */
export async function addressOf(app: NestExpressApplication): Promise<string> {
  const url = await app.getUrl();
  return url.replace('[::1]', 'localhost').replace('0.0.0.0', 'localhost').replace('127.0.0.1', 'localhost');
}
