import type { INestApplication } from '@nestjs/common';
import type { Log } from '@kadr/observability';

const LIMIT_MS = 15_000;

/** On SIGTERM or SIGINT drains and exits, within a limit; a second signal exits at once. */
export function shutDownOnSignals(app: INestApplication, log: Log): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) process.exit(130);
    stopping = true;
    log.info('stopping', { signal });
    const limit = setTimeout(() => {
      log.error('stop-timeout', { limitMs: LIMIT_MS });
      process.exit(1);
    }, LIMIT_MS);
    limit.unref();
    await app.close();
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        log.error('stop-failed', { error });
        process.exit(1);
      });
    });
  }
}
