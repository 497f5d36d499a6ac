export { BusMonitor, Publisher } from './messages.js';
export type { BusMessage, ClaimStore, ConsumerLag, MessageHandler, OutgoingMessage, Subscription } from './messages.js';
export { Consume } from './nest/consume.decorator.js';
export { EmbeddedStrategy } from './nest/embedded.strategy.js';
export { TransportModule } from './nest/transport.module.js';
export type { TransportOptions } from './options.js';
