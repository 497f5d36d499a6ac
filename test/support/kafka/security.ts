import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaCertificates, KafkaSecurity, TestKafka } from './types.js';

/** What a way in needs on the broker, and what it gives to clients. */
export interface SecuritySetup {
  /** Of the clients' listener. */
  protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT';
  properties: Record<string, string>;
  /** Further arguments of `kafka-storage format`. */
  format: string[];
  credentials: Pick<TestKafka, 'certificates' | 'users' | 'token'>;
}

const USERS = {
  admin: { username: 'admin', password: 'admin-secret' },
  limited: { username: 'limited', password: 'limited-secret' },
};
const MODULES = 'org.apache.kafka.common.security';

/** Makes what `security` needs; certificates are written into `folder` (by openssl, which must be installed). */
export function setUpSecurity(security: KafkaSecurity | undefined, folder: string): SecuritySetup {
  switch (security) {
    case undefined:
      return { protocol: 'PLAINTEXT', properties: {}, format: [], credentials: {} };
    case 'tls':
    case 'mtls':
      return tls(folder, security === 'mtls');
    case 'sasl-plain': {
      const logins = Object.values(USERS).map(({ username, password }) => `user_${username}="${password}"`);
      return sasl({ PLAIN: `${MODULES}.plain.PlainLoginModule required ${logins.join(' ')};` }, { users: USERS });
    }
    case 'scram': {
      const login = `${MODULES}.scram.ScramLoginModule required;`;
      const setup = sasl({ 'SCRAM-SHA-256': login, 'SCRAM-SHA-512': login }, { users: USERS });
      return { ...setup, format: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(scramUsers) };
    }
    case 'oauthbearer':
      return oauthbearer();
  }
}

function scramUsers(mechanism: string): string[] {
  return Object.values(USERS).flatMap(({ username, password }) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
}

function sasl(logins: Record<string, string>, credentials: SecuritySetup['credentials']): SecuritySetup {
  const properties: Record<string, string> = {
    'listener.name.client.sasl.enabled.mechanisms': Object.keys(logins).join(','),
  };
  for (const [mechanism, login] of Object.entries(logins)) {
    properties[`listener.name.client.${mechanism.toLowerCase()}.sasl.jaas.config`] = login;
  }
  return { protocol: 'SASL_PLAINTEXT', properties, format: [], credentials };
}

function oauthbearer(): SecuritySetup {
  const setup = sasl({ OAUTHBEARER: `${MODULES}.oauthbearer.OAuthBearerLoginModule required;` }, { token: unsigned });
  const validator = `${MODULES}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`;
  setup.properties['listener.name.client.oauthbearer.sasl.server.callback.handler.class'] = validator;
  return setup;
}

/** A JSON Web Token without a signature, which Kafka's validator for tests takes. */
function unsigned(subject: string, seconds = 3600): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [{ alg: 'none' }, { sub: subject, iat: now, exp: now + seconds }];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
}

function tls(folder: string, mutual: boolean): SecuritySetup {
  const { server, ...certificates } = makeCertificates(folder);
  return {
    protocol: 'SSL',
    properties: {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': server,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': certificates.ca,
      'listener.name.client.ssl.client.auth': mutual ? 'required' : 'none',
    },
    format: [],
    credentials: { certificates },
  };
}

/** An authority, and a certificate by it for the broker and one for a client. `server`: key and certificate in one file. */
function makeCertificates(folder: string): KafkaCertificates & { server: string } {
  const file = (name: string): string => join(folder, name);
  const make = (name: string, ...more: string[]): void => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file(`${name}.key`)];
    const certificate = ['-out', file(`${name}.crt`), '-days', '30', '-subj', `/CN=kadr-${name}`];
    execFileSync('openssl', ['req', '-x509', ...key, ...certificate, ...more], { stdio: 'pipe' });
  };
  const signed = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-addext', 'basicConstraints=critical,CA:FALSE'];
  make('ca');
  make('server', ...signed, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost');
  make('client', ...signed);
  const server = file('server.pem');
  writeFileSync(server, readFileSync(file('server.key'), 'utf8') + readFileSync(file('server.crt'), 'utf8'));
  return { ca: file('ca.crt'), certificate: file('client.crt'), key: file('client.key'), server };
}
