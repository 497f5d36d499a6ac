import { S3Client } from '@aws-sdk/client-s3';
import type { Config } from '@kadr/config';

/** What of the configuration is about S3. */
export type S3Settings = Pick<
  Config,
  | 'S3_BUCKET'
  | 'S3_ENDPOINT'
  | 'S3_REGION'
  | 'S3_ACCESS_KEY_ID'
  | 'S3_SECRET_ACCESS_KEY'
  | 'S3_PREFIX'
  | 'S3_FORCE_PATH_STYLE'
>;

const CONNECT_MS = 5000;
/** A server that neither takes nor sends a byte for this long is away. */
const SILENT_MS = 30_000;

/** All that matters is thrown; the SDK would print a part of it as well. */
const quiet = (): void => undefined;
const QUIET = { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A client of the server that `settings` name. Connects when it is first used. */
export function createS3Client(settings: S3Settings): S3Client {
  const { S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_FORCE_PATH_STYLE } = settings;
  return new S3Client({
    region: S3_REGION,
    logger: QUIET,
    forcePathStyle: S3_FORCE_PATH_STYLE,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
    ...(S3_ACCESS_KEY_ID && {
      credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
    }),
    // Many servers other than AWS do not know the checksums that the SDK adds by itself.
    ...(S3_ENDPOINT && {
      endpoint: S3_ENDPOINT,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  });
}

/** The bucket and its server in words, without credentials. */
export function describePlace({ S3_BUCKET, S3_ENDPOINT, S3_REGION }: S3Settings): string {
  return `The S3 bucket "${S3_BUCKET}" at ${S3_ENDPOINT ? new URL(S3_ENDPOINT).origin : `AWS in ${S3_REGION}`}`;
}
