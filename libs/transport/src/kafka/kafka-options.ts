/** TLS to the brokers. Texts are PEM. */
export interface KafkaTls {
  /** Authorities to trust in place of the system's. */
  ca?: string;
  /** What this client shows for itself (mTLS). */
  cert?: string;
  key?: string;
}

/** How this client says who it is. */
export type KafkaSasl =
  | { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
  | { mechanism: 'oauthbearer'; tokenUrl: string; clientId: string; clientSecret: string; scope?: string };

/** A Kafka cluster and this process's ways with it. */
export interface KafkaOptions {
  /** `host:port` of some brokers; the others are learned from them. */
  brokers: readonly string[];
  /** Name of this client in the brokers' logs and quotas. */
  clientId: string;
  /** Put before the names of topics and groups, so that several Kadrs share a cluster. */
  prefix?: string;
  /** Put before the names of groups in place of `prefix`. */
  groupPrefix?: string;
  tls?: KafkaTls;
  sasl?: KafkaSasl;
  /** Copies of each partition of topics that are made here; -1, the default, is the cluster's own choice. */
  replicationFactor?: number;
  /** After this time without a sign of life a member of a group is taken for dead, in milliseconds. Default 10 000. */
  sessionTimeoutMs?: number;
  /** How long a publisher waits for brokers that are away, in milliseconds. Default 10 000. */
  sendTimeoutMs?: number;
  /** How long a start waits for the first answer of a broker, in milliseconds. Default 30 000. */
  connectTimeoutMs?: number;
}
