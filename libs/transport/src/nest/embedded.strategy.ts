import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy, MessageHandler as NestHandler } from '@nestjs/microservices';
import { AppError } from '@kadr/errors';
import { lastValueFrom } from 'rxjs';
import { EmbeddedBus } from '../embedded/embedded-bus.js';
import type { Reader } from '../embedded/embedded-bus.js';
import type { BusMessage } from '../messages.js';
import type { ConsumeExtras } from './consume.decorator.js';

/** Nest's transport over the embedded bus: `app.connectMicroservice({ strategy: app.get(EmbeddedStrategy) })`. */
export class EmbeddedStrategy extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;

  constructor(private readonly bus: EmbeddedBus) {
    super();
  }

  /** Calls back once every handler's group is assigned, or with the error that names the handler at fault. */
  listen(callback: (error?: unknown) => void): void {
    try {
      this.bus.subscribe([...this.messageHandlers].map(([pattern, handler]) => this.reader(pattern, handler)));
    } catch (error) {
      return callback(error);
    }
    callback();
  }

  /** Stops delivery, waits for running handlers, writes what is left. */
  close(): Promise<void> {
    return this.bus.close();
  }

  /** @throws always: the embedded bus has no connection whose events could be told. */
  override on(event: string): never {
    throw new AppError(
      'internal',
      'internal',
      `The embedded bus has no event "${event}"; ask BusMonitor for its state.`,
    );
  }

  override unwrap<T>(): T {
    return this.bus as T;
  }

  private reader(pattern: string, handler: NestHandler): Reader {
    const extras = handler.extras as Partial<ConsumeExtras> | undefined;
    const { subscription, handler: name = pattern } = extras ?? {};
    if (!subscription || handler.next) {
      const fault = subscription ? 'shares topic and group with another handler' : 'is not declared with @Consume';
      throw new AppError('internal', 'internal', `Handler ${name} ${fault}.`, { retryable: false });
    }
    return { name, subscription, handler: (message) => this.handle(handler, message) };
  }

  private async handle(handler: NestHandler, message: BusMessage): Promise<void> {
    await lastValueFrom(this.transformToObservable(await handler(message)), { defaultValue: undefined });
  }
}
