import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy, MessageHandler as NestHandler } from '@nestjs/microservices';
import { AppError } from '@kadr/errors';
import { lastValueFrom } from 'rxjs';
import type { Bus, Reader } from '../bus.js';
import type { BusMessage } from '../messages.js';
import type { ConsumeExtras } from './consume.decorator.js';

/** Nest's transport over the bus, whichever it is: `app.connectMicroservice({ strategy: app.get(BusStrategy) })`. */
export class BusStrategy extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;

  constructor(private readonly bus: Bus) {
    super();
  }

  /** Calls back once every handler's group is assigned, or with the error that names the handler at fault. */
  listen(callback: (error?: unknown) => void): void {
    void this.tell(callback);
  }

  /** Stops delivery, waits for running handlers, writes what is left. */
  close(): Promise<void> {
    return this.bus.close();
  }

  /** @throws always: what a bus has to say of itself is asked of BusMonitor. */
  override on(event: string): never {
    throw new AppError('internal', 'internal', `The bus has no event "${event}"; ask BusMonitor for its state.`);
  }

  override unwrap<T>(): T {
    return this.bus as T;
  }

  private async tell(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.subscribe();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  private async subscribe(): Promise<void> {
    await this.bus.subscribe([...this.messageHandlers].map(([pattern, handler]) => this.reader(pattern, handler)));
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
