import type { ErrorCode } from '@kadr/contracts';
import type { ErrorKind } from '@kadr/errors';

/** The kind of each code: what a failure reported by another part becomes here, and what the documents list. */
export const CODE_KINDS: Record<ErrorCode, ErrorKind> = {
  'invalid-request': 'invalid',
  'unknown-model': 'invalid',
  'unknown-class': 'invalid',
  'not-found': 'not-found',
  'method-not-allowed': 'invalid',
  'not-acceptable': 'invalid',
  'unsupported-media': 'unsupported',
  'damaged-picture': 'unprocessable',
  'empty-upload': 'unprocessable',
  'no-file': 'invalid',
  'upload-too-large': 'too-large',
  'too-many-pixels': 'too-large',
  'too-many-files': 'too-large',
  'bad-zip': 'unprocessable',
  'zip-too-large': 'too-large',
  'url-refused': 'unprocessable',
  'url-failed': 'unprocessable',
  'url-too-large': 'unprocessable',
  'url-timeout': 'unprocessable',
  'idempotency-key-reused': 'unprocessable',
  'job-not-finished': 'conflict',
  'unknown-topic': 'conflict',
  'queue-full': 'unavailable',
  'model-loading': 'unavailable',
  'model-failed': 'unavailable',
  'no-worker': 'unavailable',
  'bus-unavailable': 'away',
  'database-unavailable': 'away',
  'peer-unavailable': 'away',
  'prediction-timeout': 'timeout',
  'frame-dropped': 'unavailable',
  'bad-message': 'internal',
  'inference-failed': 'internal',
  'storage-full': 'away',
  'storage-unavailable': 'away',
  'blob-missing': 'not-found',
  internal: 'internal',
};

/** The kind of a code that came over the bus; one that is not known is `internal`. */
export function kindOfCode(code: string): ErrorKind {
  return Object.hasOwn(CODE_KINDS, code) ? CODE_KINDS[code as ErrorCode] : 'internal';
}
