import { readFileSync } from 'node:fs';
import type { Config } from '@kadr/config';
import { AppError } from '@kadr/errors';
import type { KafkaOptions, KafkaSasl, KafkaTls } from '@kadr/transport';

/** How to reach Kafka, as the environment says it; nothing when it names no broker. @throws AppError naming what is missing. */
export function kafkaOptions(config: Config, processName: string): KafkaOptions | undefined {
  if (config.KAFKA_BROKERS.length === 0) return undefined;
  return {
    brokers: config.KAFKA_BROKERS,
    clientId: `kadr-${processName}`,
    prefix: config.KAFKA_TOPIC_PREFIX,
    replicationFactor: config.KAFKA_REPLICATION_FACTOR,
    sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_MS,
    sendTimeoutMs: config.KAFKA_SEND_TIMEOUT_MS,
    tls: tlsOf(config),
    sasl: saslOf(config),
  };
}

function tlsOf(config: Config): KafkaTls | undefined {
  if (!config.KAFKA_TLS) return undefined;
  if ((config.KAFKA_TLS_CERT === '') !== (config.KAFKA_TLS_KEY === '')) {
    throw missing('KAFKA_TLS_CERT and KAFKA_TLS_KEY belong together: set both or none.');
  }
  return {
    ca: readPem('KAFKA_TLS_CA', config.KAFKA_TLS_CA),
    cert: readPem('KAFKA_TLS_CERT', config.KAFKA_TLS_CERT),
    key: readPem('KAFKA_TLS_KEY', config.KAFKA_TLS_KEY),
  };
}

function saslOf(config: Config): KafkaSasl | undefined {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD: password } = config;
  if (mechanism === 'none') return undefined;
  if (user === '' || password === '') {
    throw missing(`KAFKA_SASL_MECHANISM is ${mechanism}: set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.`);
  }
  if (mechanism !== 'oauthbearer') return { mechanism, username: user, password };
  const { KAFKA_OAUTH_TOKEN_URL: tokenUrl, KAFKA_OAUTH_SCOPE: scope } = config;
  if (tokenUrl === '') throw missing('KAFKA_SASL_MECHANISM is oauthbearer: set KAFKA_OAUTH_TOKEN_URL.');
  return { mechanism, tokenUrl, clientId: user, clientSecret: password, ...(scope && { scope }) };
}

function readPem(name: string, value: string): string | undefined {
  if (value === '' || value.startsWith('-----BEGIN')) return value || undefined;
  try {
    return readFileSync(value, 'utf8');
  } catch (error) {
    const message = `${name}="${value}" is neither PEM nor a file that can be read (${(error as Error).message}).`;
    throw new AppError('invalid', 'internal', message, { cause: error });
  }
}

function missing(message: string): AppError {
  return new AppError('invalid', 'internal', message);
}
