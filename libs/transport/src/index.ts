export { BusMonitor, Publisher, Topics } from './messages.js';
export type { BusMessage, ClaimStore, ConsumerLag, MessageHandler, OutgoingMessage, Subscription } from './messages.js';
export { Consume } from './nest/consume.decorator.js';
export { BusStrategy } from './nest/bus.strategy.js';
export type { KafkaOptions, KafkaSasl, KafkaTls } from './kafka/kafka-options.js';
export { TransportModule } from './nest/transport.module.js';
export type { TransportOptions } from './options.js';
