/** A message to publish. */
export interface OutgoingMessage {
  /** Decides the partition (murmur2); messages of one key keep their order. `null`: any partition. */
  key: string | null;
  headers: Readonly<Record<string, string>>;
  /** `null` is a tombstone. */
  value: Uint8Array | null;
  /** Key of a blob that already holds `value`: a claim check uses it instead of storing a copy. */
  blob?: string;
}

/** A message as a handler gets it; a claim check has been followed, so `value` is whole. */
export interface BusMessage {
  topic: string;
  partition: number;
  /** Position in the partition; a decimal string, as on Kafka. */
  offset: string;
  key: string | null;
  headers: Readonly<Record<string, string>>;
  value: Buffer | null;
  /** Why the value could not be had, when its claim check cannot be followed; `value` is empty then. */
  broken?: Error;
  /** Milliseconds since 1970, when the bus took the message. */
  timestamp: number;
  /** 1 for the first delivery by this consumer, then 2, … */
  attempt: number;
  /** True when a further error dead-letters the message whatever its kind. */
  lastAttempt: boolean;
}

/** Where a group starts that has no offset yet. */
export type StartFrom = 'earliest' | 'latest';

/** What a handler asks of the bus. */
export interface Subscription {
  /** A topic, or a pattern with `*` for one dot-separated part; topics that appear later are taken up. */
  topic: string;
  group: string;
  /** Handlers running at once for each topic; {@link TransportOptions.concurrency} may override it by group. */
  concurrency?: number;
  from?: StartFrom;
  /**
   * How long messages may be gathered on Kafka before they are handed over, in milliseconds: where many share a write,
   * few large fetches cost less than many small ones. At once when left out.
   */
  gatherMs?: number;
  /**
   * A group of this process alone, whose offsets end with it: every instance gets every message. One that cannot be
   * handled is logged and let go instead of dead-lettered, since every instance would write a letter of its own.
   */
  perInstance?: boolean;
  /**
   * Hand over a message whose value cannot be had as well, with `broken` set, so that the handler can account for it;
   * without this it is dead-lettered unseen.
   */
  takesBroken?: boolean;
  /**
   * Of a pattern, only the topics that this process has required ({@link Topics}): those of other models on Kafka have
   * other programs to read them. The embedded bus knows no other programs and takes up all that match.
   */
  requiredOnly?: boolean;
}

/** A handler of messages. A rejection is answered by the policy of its error kind: retry with back-off, then dead-letter. */
export type MessageHandler = (message: BusMessage) => Promise<void>;

/** How far a group is behind on a topic. */
export interface ConsumerLag {
  topic: string;
  group: string;
  /** Messages not yet finished. */
  messages: number;
  /** Age of the oldest of them, in seconds; 0 when there is none. */
  seconds: number;
  /** Handlers running now. */
  inFlight: number;
  /** Deliveries after the first one of a message, since the start of the process. */
  retries?: number;
  /** Messages that went to the dead-letter topic, since then. */
  deadLetters?: number;
  /** Times that the group shared out its partitions anew, since then; the same for each topic of the group. */
  rebalances?: number;
  /** Times that the group's consumer broke and began again, since then; the same for each topic of the group. */
  restarts?: number;
}

/** Hands messages to the bus. Injectable; the same for every transport. */
export abstract class Publisher {
  /**
   * Resolves when the bus has the messages (durable topics: written).
   * @throws AppError `queue-full` (unavailable) when a volatile topic refuses, `bus-unavailable` (away) when the bus is.
   */
  abstract publish(topic: string, ...messages: OutgoingMessage[]): Promise<void>;
}

/** What the bus knows about itself. Injectable; the same for every transport. */
export abstract class BusMonitor {
  abstract lag(): Promise<ConsumerLag[]>;
  /** Why this process cannot take its part on the bus at the moment, if so. */
  abstract problem(): string | undefined;
}

/** Makes sure of topics whose names only an app knows. Injectable; the same for every transport. */
export abstract class Topics {
  /**
   * Resolves when the topics are there, made with the catalogue's settings if need be. Call it before handlers are
   * assigned, so that they find the topics.
   * @throws AppError for a topic that is not in the catalogue, or that may not be made.
   */
  abstract require(...topics: string[]): Promise<void>;
}

/** Where the values of claim-checked messages live. */
export interface ClaimStore {
  put(key: string, value: Uint8Array): Promise<void>;
  /** @throws AppError `blob-missing` (not-found) */
  get(key: string): Promise<Buffer>;
  remove(key: string): Promise<void>;
  /** Removes what was stored under `prefix` more than `ms` milliseconds ago; how many. */
  removeOlderThan(prefix: string, ms: number): Promise<number>;
}
