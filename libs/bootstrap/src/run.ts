import { loadConfig } from '@kadr/config';
import { PinoLog } from '@kadr/observability';
import { explain } from './explain.js';
import { letHeapsGrow } from './heaps.js';
import { shutDownOnSignals } from './shutdown.js';
import { addressOf, start } from './start.js';
import type { ProcessSpec } from './start.js';

/** The whole life of a process of Kadr: it starts, or says why it cannot and exits with 1; SIGTERM drains and ends it. */
export async function run(spec: ProcessSpec): Promise<void> {
  const began = performance.now();
  letHeapsGrow();
  try {
    const config = loadConfig();
    const log = new PinoLog({ level: config.LOG_LEVEL, format: config.LOG_FORMAT });
    const app = await start(spec, config, log);
    // Before it is said to be ready: who hears that may end it at once.
    shutDownOnSignals(app, log);
    log.info('ready', {
      process: spec.name,
      address: await addressOf(app),
      models: config.KADR_MODELS,
      startMs: Math.round(performance.now() - began),
    });
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}
