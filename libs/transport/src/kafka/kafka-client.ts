import kafkajs from 'kafkajs';
import type { Kafka, RetryOptions, SASLOptions } from 'kafkajs';
import { registerCodecs } from './codecs.js';
import { kafkaLog } from './kafka-log.js';
import type { KafkaOptions, KafkaSasl } from './kafka-options.js';
import { OauthTokens } from './oauth-tokens.js';

const { logLevel } = kafkajs;

/** Short pauses: a broker that restarts is found within a second. Giving up is up to the callers. */
const RETRY: RetryOptions = { initialRetryTime: 50, maxRetryTime: 1000, multiplier: 1.6, retries: 10 };
const CONNECT_MS = 3000;
const REQUEST_MS = 15_000;

/** A client of the cluster. */
export function makeClient({ brokers, clientId, tls, sasl }: KafkaOptions): Kafka {
  registerCodecs();
  return new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    ssl: tls && { ca: tls.ca, cert: tls.cert, key: tls.key },
    sasl: sasl && saslOptions(sasl),
    connectionTimeout: CONNECT_MS,
    authenticationTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    enforceRequestTimeout: true,
    retry: RETRY,
    logLevel: logLevel.INFO,
    logCreator: kafkaLog,
  });
}

function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') return sasl;
  const tokens = new OauthTokens(sasl);
  return { mechanism: 'oauthbearer', oauthBearerProvider: () => tokens.take() };
}
