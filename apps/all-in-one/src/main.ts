import 'reflect-metadata';
import { loadConfig } from '@kadr/config';
import { PinoLog } from '@kadr/observability';
import { explain } from './explain.js';
import { shutDownOnSignals } from './shutdown.js';
import { start } from './start.js';

try {
  const config = loadConfig();
  const log = new PinoLog({ level: config.LOG_LEVEL, format: config.LOG_FORMAT });
  shutDownOnSignals(await start(config, log), log);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
