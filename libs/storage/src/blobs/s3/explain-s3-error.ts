import { AppError } from '@kadr/errors';

/** Seconds after which a retry makes sense. */
const RETRY_AFTER = 5;
const FULL_RETRY_AFTER = 30;

/** Codes of Node's sockets, resolver and TLS. */
const NETWORK =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|EPROTO|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;
/** What says something about the server, the bucket or the credentials, and nothing about the blob. */
const AWAY_NAMES =
  /^(TimeoutError|RequestTimeout|SlowDown|ServiceUnavailable|InternalError|NoSuchBucket|AccessDenied|CredentialsProviderError)$/;
const AWAY_STATUSES = new Set([301, 307, 401, 403, 408, 429]);
/** How servers other than AWS, whose space does not end, say that theirs has. */
const FULL = /^(QuotaExceeded|XMinioStorageFull|InsufficientStorage)$/;

/** What the SDK's errors and Node's have, as far as they have it. */
interface S3Error extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/** True when S3 has no object of the key. */
export function isMissingObject(error: unknown): boolean {
  const { name, $metadata } = error as S3Error;
  return name !== 'NoSuchBucket' && $metadata?.httpStatusCode === 404;
}

/** An error of S3 in terms of the blob; what the server said is in the cause. */
export function explainS3Error(place: string, key: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = reasonOf(error as S3Error);
  if (isFull(error as S3Error)) {
    const message = `${place} is full (${reason}), nothing can be stored. Make some room.`;
    return new AppError('away', 'storage-full', message, { cause: error, retryAfter: FULL_RETRY_AFTER });
  }
  if (isAway(error as S3Error)) {
    const message = `${place} cannot be used at the moment (${reason}): ${advice(error as S3Error)}`;
    return new AppError('away', 'storage-unavailable', message, { cause: error, retryAfter: RETRY_AFTER });
  }
  const message = `The blob "${key}" cannot be stored or read (${reason}). ${place} refuses it.`;
  return new AppError('internal', 'internal', message, { cause: error });
}

/** Why the bucket cannot be used, for whoever starts Kadr. */
export function explainS3Opening(place: string, error: unknown): AppError {
  const message = `${place} cannot be used (${reasonOf(error as S3Error)}): ${advice(error as S3Error)}`;
  return new AppError('unavailable', 'storage-unavailable', message, { cause: error });
}

function isFull({ name, $metadata }: S3Error): boolean {
  return FULL.test(name) || $metadata?.httpStatusCode === 507;
}

function isAway({ name, code, $metadata }: S3Error): boolean {
  const status = $metadata?.httpStatusCode ?? 0;
  return NETWORK.test(code ?? '') || AWAY_NAMES.test(name) || AWAY_STATUSES.has(status) || status >= 500;
}

/** The code alone: some servers put the whole request in their message. */
function reasonOf({ name, code, message, $metadata }: S3Error): string {
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return `${name}, HTTP ${status}`;
  return code ?? (name === 'Error' ? message : name);
}

function advice({ name, code, $metadata }: S3Error): string {
  if (name === 'CredentialsProviderError') {
    return 'set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or give the AWS SDK credentials where it looks for them (AWS_PROFILE, a role of the machine).';
  }
  if (name === 'NoSuchBucket' || $metadata?.httpStatusCode === 404) {
    return 'make the bucket (Kadr does not), or correct S3_BUCKET.';
  }
  if (/^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken)$/.test(name)) {
    return 'check S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.';
  }
  if (/^(PermanentRedirect|AuthorizationHeaderMalformed)$/.test(name)) return 'check S3_REGION and S3_ENDPOINT.';
  if ($metadata?.httpStatusCode === 401 || $metadata?.httpStatusCode === 403 || name === 'AccessDenied') {
    return 'check S3_ACCESS_KEY_ID and its rights; it needs s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject.';
  }
  if (NETWORK.test(code ?? '')) return 'check that it runs and can be reached, and S3_ENDPOINT.';
  return "check S3_ENDPOINT and S3_REGION, and the server's log.";
}
