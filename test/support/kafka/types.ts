/** How clients get in. `sasl-plain`, `scram` and `oauthbearer` speak without TLS. */
export type KafkaSecurity = 'tls' | 'mtls' | 'sasl-plain' | 'scram' | 'oauthbearer';

export interface KafkaOptions {
  /** Brokers, each a controller too; 3 means replication 3 and two replicas in sync. */
  nodes?: number;
  /** More broker properties; they win over the ones that the tests set. */
  properties?: Readonly<Record<string, string | number | boolean>>;
  security?: KafkaSecurity;
}

/** Someone who may log in with SASL PLAIN or SCRAM. */
export interface KafkaUser {
  username: string;
  password: string;
}

/** Paths of PEM files. */
export interface KafkaCertificates {
  ca: string;
  /** The client's certificate and key, which `mtls` asks for. */
  certificate: string;
  key: string;
}

/** A Kafka for one suite. Node numbers start at 1; without one, all nodes are meant. */
export interface TestKafka {
  /** `host:port,…` for clients. */
  brokers: string;
  /** The same brokers without TLS or login, as the broker's own user (`User:ANONYMOUS`), whatever `security` says. */
  insideBrokers: string;
  /** With `tls` and `mtls`. */
  certificates?: KafkaCertificates;
  /** With `sasl-plain` and `scram`: who may do all, and one more for tests of rights. */
  users?: { admin: KafkaUser; limited: KafkaUser };
  /** With `oauthbearer`: an unsigned token for `subject`. */
  token?(subject: string, seconds?: number): string;
  /** Where its data are, if they are on this machine. */
  folder?: string;
  /** Its processes, likewise. */
  pids?: () => number[];
  /** `kill -9`. */
  kill(node?: number): Promise<void>;
  /** SIGTERM. */
  stop(node?: number): Promise<void>;
  /** Again, on the same ports and with the same data; resolves when the node answers. */
  start(node?: number): Promise<void>;
  /** Kills all and removes their data. */
  dispose(): Promise<void>;
}

/** Rights are asked for: all for the broker itself and the user `admin`, none for others without an ACL. */
export const WITH_ACLS = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS;User:admin',
} as const;
