import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Config } from '@kadr/config';
import { Metrics, NestLogger, requestMetrics } from '@kadr/observability';
import type { Log } from '@kadr/observability';
import { BusMonitor, EmbeddedStrategy } from '@kadr/transport';
import { configureGateway } from '../../gateway/src/gateway.setup.js';
import { AllInOneModule } from './all-in-one.module.js';
import { exposeLag } from './bus-metrics.js';
import { claimPort } from './port.js';

/**
 * Starts everything in order: the port is free, storage and models are there and warm, every handler is assigned;
 * only then it listens.
 */
export async function start(config: Config, log: Log): Promise<NestExpressApplication> {
  const began = performance.now();
  await claimPort(config.PORT, config.HOST);
  const app = await NestFactory.create<NestExpressApplication>(AllInOneModule.forRoot(config, log), {
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
    configureGateway(app);
    app.connectMicroservice({ strategy: app.get(EmbeddedStrategy) });
    await app.init();
    await app.startAllMicroservices();
    await app.listen(config.PORT, config.HOST);
  } catch (error) {
    await app.close();
    throw error;
  }
  log.info('ready', {
    address: await address(app),
    models: config.KADR_MODELS,
    startMs: Math.round(performance.now() - began),
  });
  return app;
}

async function address(app: NestExpressApplication): Promise<string> {
  const url = await app.getUrl();
  return url.replace('[::1]', 'localhost').replace('0.0.0.0', 'localhost').replace('127.0.0.1', 'localhost');
}
