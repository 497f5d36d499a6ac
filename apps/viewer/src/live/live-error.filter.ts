import { Catch } from '@nestjs/common';
import type { ArgumentsHost, WsExceptionFilter } from '@nestjs/common';
import { toAppError } from '@kadr/errors';
import { Log } from '@kadr/observability';
import type { LiveSocket } from './live-socket.js';

/** Answers what is wrong with a message by an `error` event. */
@Catch()
export class LiveErrorFilter implements WsExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const context = host.switchToWs();
    const { source } = (context.getData<unknown>() ?? {}) as { source?: unknown };
    reportError(context.getClient<LiveSocket>(), error, this.log, typeof source === 'string' ? source : undefined);
  }
}

/** Sends an error to a client. What is our own fault goes to the log, and to the client without its details. */
export function reportError(socket: LiveSocket, error: unknown, log: Log, source?: string): void {
  const { kind, code, message } = toAppError(error);
  const own = kind === 'internal';
  if (own) log.error('live failed', { source, error });
  socket.emit('error', { code, detail: own ? 'An error on our side. Subscribe again later.' : message, source });
}
