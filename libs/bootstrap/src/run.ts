import { loadConfig } from '@kadr/config';
import { PinoLog } from '@kadr/observability';
import { explain } from './explain.js';
import { letHeapsGrow } from './heaps.js';
import { shutDownOnSignals } from './shutdown.js';
import { start } from './start.js';
import type { ProcessSpec } from './start.js';

/** The whole life of a process of Kadr: it starts, or says why it cannot and exits with 1; SIGTERM drains and ends it. */
export async function run(spec: ProcessSpec): Promise<void> {
  letHeapsGrow();
  try {
    const config = loadConfig();
    const log = new PinoLog({ level: config.LOG_LEVEL, format: config.LOG_FORMAT });
    shutDownOnSignals(await start(spec, config, log), log);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}
