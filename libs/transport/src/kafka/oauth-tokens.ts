import { AppError } from '@kadr/errors';
import type { KafkaSasl } from './kafka-options.js';

type Oauth = Extract<KafkaSasl, { mechanism: 'oauthbearer' }>;

const TIMEOUT_MS = 10_000;
/** A token is not used for its last part, so that it does not end between here and the broker. */
const MARGIN_MS = 30_000;

/** Access tokens by the client credentials grant (RFC 6749, 4.4), each used until shortly before its end. */
export class OauthTokens {
  private token: { value: string; until: number } | undefined;

  constructor(private readonly oauth: Oauth) {}

  /** @throws AppError when the token endpoint does not give one; never with the secret. */
  async take(): Promise<{ value: string }> {
    if (!this.token || this.token.until < Date.now()) this.token = await this.fetch();
    return { value: this.token.value };
  }

  private async fetch(): Promise<{ value: string; until: number }> {
    const { tokenUrl, clientId, clientSecret, scope } = this.oauth;
    const credentials = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
    try {
      const response = await fetch(tokenUrl, {
        method: 'POST',
        headers: { authorization: `Basic ${credentials.toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`the answer was ${response.status}`);
      const { access_token: value, expires_in: seconds = 300 } = (await response.json()) as Record<string, unknown>;
      if (typeof value !== 'string' || value === '') throw new Error('the answer has no access_token');
      return { value, until: Date.now() + Number(seconds) * 1000 - MARGIN_MS };
    } catch (error) {
      const reason = (error as Error).message;
      const message = `No token for Kafka from ${tokenUrl} (${reason}): check KAFKA_OAUTH_TOKEN_URL, the client's id and secret.`;
      throw new AppError('away', 'bus-unavailable', message, { cause: error });
    }
  }
}
