export { BusMonitor, Publisher } from './messages.js';
export type {
  BusMessage,
  ClaimStore,
  ConsumerLag,
  MessageHandler,
  OutgoingMessage,
  StartFrom,
  Subscription,
} from './messages.js';
export { Consume } from './nest/consume.decorator.js';
export { EmbeddedStrategy } from './nest/embedded.strategy.js';
export { TransportModule } from './nest/transport.module.js';
export type { TransportAsyncOptions } from './nest/transport.module.js';
export type { TransportOptions } from './options.js';
export type { Backoff } from './policy/backoff.js';
