import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

/** What Nest itself has to say, as events of the log: its start-up chatter only at level debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly writer: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.writer.debug('nest', { message: String(message), context: context(rest) });
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.writer.warn('nest', { message: String(message), context: context(rest) });
  }

  error(message: unknown, ...rest: unknown[]): void {
    const stack = rest.length > 1 ? rest[0] : undefined;
    this.writer.error('nest', { message: String(message), context: context(rest), stack });
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}

function context(rest: unknown[]): unknown {
  return rest.at(-1);
}
