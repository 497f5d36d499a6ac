import type { BusMonitor, MessageHandler, Publisher, Subscription, Topics } from './messages.js';

/** A subscription with its handler; `name` is for messages to people. */
export interface Reader {
  name: string;
  subscription: Subscription;
  handler: MessageHandler;
}

/** A transport: what publishers, handlers and Nest's strategy need of it. */
export interface Bus extends Publisher, BusMonitor, Topics {
  /**
   * Assigns every reader its topics, those there are and those to come, then starts delivery.
   * @throws AppError naming a reader that no topic feeds, or that shares topic and group with another one.
   */
  subscribe(readers: readonly Reader[]): Promise<void>;
  /** Stops delivery, waits for running handlers up to a limit, writes what is left and closes. Once only. */
  close(): Promise<void>;
}
