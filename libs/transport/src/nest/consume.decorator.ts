import { UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Subscription } from '../messages.js';
import { RethrowFilter } from './rethrow.filter.js';

/** What {@link Consume} leaves with a handler for the strategy. */
export interface ConsumeExtras {
  subscription: Subscription;
  /** `Class.method`, for messages to people. */
  handler: string;
}

/**
 * Makes a controller's method `(message: BusMessage) => Promise<void>` a consumer. Its message is finished when the
 * promise resolves; a rejection is answered by its error's kind: retried with back-off, then dead-lettered.
 * With a concurrency above 1, messages are begun in the order of their partition but may overtake each other. One topic
 * and group has one handler in a process. Without `from`, a group begins at the earliest message, a `perInstance` group
 * at the latest; a topic that appears later is read from its beginning.
 */
export function Consume(subscription: Subscription): MethodDecorator {
  return (target, method, descriptor) => {
    const { topic, group } = subscription;
    const extras: ConsumeExtras = { subscription, handler: `${target.constructor.name}.${String(method)}` };
    Payload()(target, method, 0);
    UseFilters(RethrowFilter)(target, method, descriptor);
    return EventPattern({ topic, group }, extras)(target, method, descriptor);
  };
}
