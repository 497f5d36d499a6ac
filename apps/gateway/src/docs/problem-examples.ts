import type { ErrorCode } from '@kadr/contracts';

/** What each error says, as the documents show it. */
export const PROBLEM_EXAMPLES: Record<ErrorCode, string> = {
  'invalid-request': 'threshold: must be a number from 0 to 1; colour: is not known here; allowed are model, threshold',
  'unknown-model': 'model: "yolo" is not served here; there are objects, objects-fast, objects-fine',
  'unknown-class':
    'classes: objects does not know "persn" (did you mean "person"?); GET /v1/models/objects lists its classes',
  'not-found': 'There is no job "019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a"; it may have been removed.',
  'method-not-allowed': 'PUT is not possible at /v1/jobs; POST, GET is.',
  'not-acceptable': 'Accept is "text/html"; there is application/json or image/jpeg.',
  'unsupported-media': 'The file is a HEIC picture, which Kadr does not read. Convert it to JPEG and send that.',
  'damaged-picture': 'The JPEG picture is damaged or cut short (premature end). Send the whole file again.',
  'empty-upload': 'The file is empty (0 bytes). Send a picture.',
  'no-file': 'There is no picture in the request; send multipart/form-data with "file".',
  'upload-too-large': 'The upload is larger than the 268435456 bytes allowed. Send less at once.',
  'too-many-pixels': 'The picture has 60000 x 60000 pixels, more than the 50000000 allowed. Send a smaller one.',
  'too-many-files': 'There are more than the 10000 files allowed.',
  'bad-zip': 'The zip cannot be unpacked: invalid relative path: ../../etc/passwd.',
  'zip-too-large': 'The zip unpacks to more than the 268435456 bytes allowed. Send fewer pictures at once.',
  'url-refused': 'http://127.0.0.1/a.jpg is refused: 127.0.0.1 is not a public address (loopback).',
  'url-failed': 'https://example.com/a.jpg could not be fetched: the server answered 404.',
  'url-too-large': 'https://example.com/a.jpg is larger than the 268435456 bytes allowed.',
  'url-timeout': 'https://example.com/a.jpg was not fetched within 15000 ms.',
  'idempotency-key-reused': 'The Idempotency-Key "upload-1" was used for another request. Take a new one.',
  'job-not-finished': 'The job 019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a is not finished (12 of 50). Try again in a moment.',
  'unknown-topic':
    'The dead letter 0d2f6a1c-5b7e-8c3d-9e4f-1a2b3c4d5e6f cannot be replayed: Kadr has no topic "orders" to put it on.',
  'queue-full': 'All 64 places for predictions are taken. Try again in a moment, or use POST /v1/jobs.',
  'model-loading': 'The model objects-fine is not ready yet (40 %). Try again in 5 s.',
  'model-failed': 'The model objects-fine could not be loaded: its weights were altered.',
  'no-worker': 'No inference worker has announced itself yet. Try again in a moment.',
  'bus-unavailable': 'The bus is away. Try again in a moment.',
  'database-unavailable': 'The database at db.example:5432 is away. Try again in a moment.',
  'prediction-timeout':
    'There was no answer within 30000 ms; the picture was let go. Try again, or send it to POST /v1/jobs.',
  'frame-dropped': 'The picture was let go (superseded). Try again.',
  'bad-message': 'A message on the bus did not follow its contract.',
  'inference-failed': 'The model objects failed on this picture.',
  'storage-full': 'There is no room left to store this. Try again later.',
  'storage-unavailable': 'The store of pictures is away. Try again in a moment.',
  'blob-missing': 'The picture is gone.',
  internal: 'Something went wrong on our side; the log has it as 019302a4-8d5e-7cc3-9a5d-1f2e3d4c5b6a.',
};
