import { AppError, toAppError } from '@kadr/errors';

const RETRY_AFTER_S = 5;

interface KafkaError {
  name?: string;
  type?: string;
  code?: unknown;
  message?: string;
  cause?: unknown;
  errors?: unknown[];
}

/** The error at the bottom, which is the one that says something. */
export function rootOf(error: unknown): KafkaError {
  const { cause, errors, type } = (error ?? {}) as KafkaError;
  if (type === undefined && errors?.length) return rootOf(errors[0]);
  return cause && type === undefined ? rootOf(cause) : (error ?? {});
}

const STARTING = new Set(['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP']);

/** True for an error that only says that the group's coordinator is not there yet. */
export function isStarting(error: unknown): boolean {
  return STARTING.has(rootOf(error).type ?? '');
}

const NEW = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']);

/** True for an error that a topic gives for a moment after it was made, or while its leader changes. */
export function isSettling(error: unknown): boolean {
  return NEW.has(rootOf(error).type ?? '');
}

/** What somebody was about to do: `verb` for people, and the rights it takes. */
export interface Attempt {
  what: string;
  needs: string;
}

/** An error of the cluster, for whoever asked something of it. */
export function explain(error: unknown, { what, needs }: Attempt, brokers: readonly string[]): AppError {
  if (error instanceof AppError) return error;
  if (!isOfKafka(error)) return toAppError(error);
  const { name, type = '', message = String(error) } = rootOf(error);
  if (type.endsWith('AUTHORIZATION_FAILED')) {
    const text = `Kafka refuses ${what} (${type}): the user of this process needs the ACL ${needs}.`;
    return new AppError('away', 'bus-unavailable', text, { cause: error, retryAfter: RETRY_AFTER_S });
  }
  if (isLogin(type, message)) {
    const text = `Kafka at ${brokers.join(', ')} refuses this client (${message}): check KAFKA_SASL_*.`;
    return new AppError('away', 'bus-unavailable', text, { cause: error, retryAfter: RETRY_AFTER_S });
  }
  if (type === 'INVALID_RECORD') {
    const text = `Kafka refuses a message for ${what}: it has no key, which a compacted topic needs.`;
    return new AppError('unprocessable', 'bad-message', text, { cause: error });
  }
  if (type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE') {
    const text = `A message is too large for ${what}: send less, or raise max.message.bytes of the topic.`;
    return new AppError('too-large', 'bad-message', text, { cause: error });
  }
  if (name === 'KafkaJSGroupCoordinatorNotFound') {
    // kafkajs keeps the reason to itself: it may be that none is elected yet, or that this user may not know.
    const text = `Kafka at ${brokers.join(', ')} names no coordinator for ${what}: check that the user of this process has the ACL ${needs}, and that the brokers run.`;
    return new AppError('away', 'bus-unavailable', text, { cause: error, retryAfter: RETRY_AFTER_S });
  }
  const text = `Kafka at ${brokers.join(', ')} cannot be used for ${what} (${message}): check that it runs, KAFKA_BROKERS, and KAFKA_TLS and KAFKA_SASL_* if it asks for them.`;
  return new AppError('away', 'bus-unavailable', text, { cause: error, retryAfter: RETRY_AFTER_S });
}

/** False for a mistake of ours, which no waiting mends. */
function isOfKafka(error: unknown): boolean {
  const { name = '' } = error as KafkaError;
  const { code, name: root = '' } = rootOf(error);
  return name.startsWith('KafkaJS') || root.startsWith('KafkaJS') || code !== undefined;
}

function isLogin(type: string, message: string): boolean {
  return type === 'SASL_AUTHENTICATION_FAILED' || /SASL|authentication/i.test(message);
}
