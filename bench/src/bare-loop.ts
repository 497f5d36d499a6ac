import { loadConfig } from '@kadr/config';
import { Health, PinoLog } from '@kadr/observability';
import { FrameRunner } from '../../apps/inference/src/frames/frame-runner.js';
import { ModelAnnouncer } from '../../apps/inference/src/registry/model-announcer.js';
import { ModelRegistry } from '../../apps/inference/src/registry/model-registry.js';
import { ThreadStarter } from '../../apps/inference/src/runtime/worker-thread.js';
import type { Scenario } from './scenario.js';

/** The path of a frame without HTTP, bus and storage: decode, resize, run, draw, encode, with the same worker threads. */
export interface BareLoop {
  once(scenario: Scenario): Promise<void>;
  stop(): Promise<void>;
}

export async function startBareLoop(): Promise<BareLoop> {
  const config = loadConfig();
  const log = new PinoLog({ level: 'warn', format: 'pretty' });
  // Never started, so it never publishes: there is no bus here.
  const announcer = new ModelAnnouncer({ publish: () => Promise.resolve() }, { require: () => Promise.resolve() }, log);
  const registry = new ModelRegistry(config, log, announcer, new Health(), new ThreadStarter());
  await registry.onModuleInit();
  const runner = new FrameRunner(registry, config);
  return {
    async once({ model, annotate, jpeg, width, height }) {
      const capturedAt = new Date().toISOString();
      const frame = {
        id: 'bench',
        source: 'request:bench',
        sequence: 0,
        model,
        width,
        height,
        capturedAt,
        image: jpeg,
      };
      await runner.run({ ...frame, options: { annotate } }, 'live', 0);
    },
    stop: () => registry.onApplicationShutdown(),
  };
}
