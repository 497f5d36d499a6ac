import { pino, stdTimeFunctions } from 'pino';
import type { Logger } from 'pino';
import { build as pretty } from 'pino-pretty';
import { Log } from './log.js';

/** How lines are written: `auto` is pretty on a terminal and JSON elsewhere. */
export interface LogOptions {
  level: string;
  format: 'auto' | 'json' | 'pretty';
}

/** {@link Log} by pino on standard output. An `error` field is written with its message, code, stack and causes. */
export class PinoLog extends Log {
  private readonly logger: Logger;

  constructor(options: LogOptions) {
    super();
    const people = options.format === 'pretty' || (options.format === 'auto' && process.stdout.isTTY);
    const settings = {
      level: options.level,
      base: undefined,
      timestamp: stdTimeFunctions.isoTime,
      messageKey: 'event',
      errorKey: 'error',
      formatters: { level: (label: string) => ({ level: label }) },
    };
    this.logger = people
      ? pino(settings, pretty({ messageKey: 'event', translateTime: 'SYS:HH:MM:ss.l', singleLine: true, sync: true }))
      : pino(settings);
  }

  debug(event: string, fields: object = {}): void {
    this.logger.debug(fields, event);
  }

  info(event: string, fields: object = {}): void {
    this.logger.info(fields, event);
  }

  warn(event: string, fields: object = {}): void {
    this.logger.warn(fields, event);
  }

  error(event: string, fields: object = {}): void {
    this.logger.error(fields, event);
  }
}
