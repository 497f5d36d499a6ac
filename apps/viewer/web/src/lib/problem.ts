import type { ProblemDto } from '@kadr/contracts';

/** A code of the page itself, beside the server's. */
export const UNREACHABLE = 'unreachable';

/** What went wrong, in words for the person who looks at the page. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    message: string,
    readonly code: string,
    readonly status = 0,
    /** Seconds after which the same request may work. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** The server could not be reached; it may be restarting, so trying again makes sense. */
export function unreachable(): Problem {
  return new Problem('Kadr does not answer.', UNREACHABLE, 0, 2);
}

/** A problem from an error answer: its RFC 9457 body, or what can be said without one. */
export function problemFrom(status: number, body: string, retryAfter: string | null): Problem {
  const wait = retrySeconds(status, retryAfter);
  const problem = parse(body);
  if (problem) return new Problem(problem.detail || problem.title, problem.code, status, wait);
  // A proxy in front of a server that restarts answers without a problem body.
  if (status === 502 || status === 503 || status === 504) return unreachable();
  return new Problem(`Kadr answered with status ${status}.`, 'internal', status, wait);
}

/** Any thrown value as a problem. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) return unreachable(); // what fetch throws when there is no connection
  return new Problem(error instanceof Error ? error.message : String(error), 'internal');
}

const ADVICE: Record<string, string> = {
  [UNREACHABLE]: 'Check that it is running; the page goes on by itself once it is back.',
  'unsupported-media': 'Use a JPEG, PNG, WebP, AVIF, GIF or TIFF picture, or a .zip of them.',
  'damaged-picture': 'The file is cut short or altered. Export it again or choose another one.',
  'empty-upload': 'The file has no bytes. Choose another one.',
  'no-file': 'Choose at least one picture.',
  'upload-too-large': 'Send fewer or smaller pictures at once, or raise MAX_UPLOAD_BYTES on the server.',
  'too-many-pixels': 'Make the picture smaller, or raise MAX_PIXELS on the server.',
  'too-many-files': 'Split the pictures over several uploads.',
  'bad-zip': 'Pack the pictures again into a plain .zip.',
  'zip-too-large': 'Split the pictures over several archives.',
  'url-refused': 'Use the public address of a picture, or save the picture and drop it here.',
  'url-failed': 'Open the address in a browser to see that it is a picture, then try again.',
  'url-too-large': 'Save the picture, make it smaller and drop it here.',
  'url-timeout': 'Try again, or save the picture and drop it here.',
  'queue-full': 'Kadr has much to do; the page tries again by itself.',
  'model-loading': 'The model is on its way; the page goes on by itself.',
  'model-failed': 'Choose another model; the server’s log says why this one failed.',
  'no-worker': 'No worker serves this model. Choose another one, or start a worker.',
  'unknown-model': 'Choose one of the models in the list.',
  'unknown-topic': 'It came from elsewhere; remove it.',
  'storage-full': 'Delete old results, or make room on the server’s disk.',
  'storage-unavailable': 'Check the server’s store of pictures (S3); the page tries again by itself.',
  'not-found': 'It was deleted, or its time in the history is over. Choose another one.',
  'frame-dropped': 'Send the picture again.',
  'prediction-timeout': 'Send the picture again, when there is less to do.',
};

/** What to do next about a problem with this code. */
export function adviceFor(code: string): string {
  return ADVICE[code] ?? 'Try again; if it stays, the server’s log says more.';
}

function parse(body: string): ProblemDto | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && 'code' in value && 'title' in value) return value as ProblemDto;
  } catch {
    // Not JSON: an answer from something in between.
  }
  return undefined;
}

function retrySeconds(status: number, header: string | null): number | undefined {
  if (status !== 503 && status !== 429) return undefined;
  const seconds = Number(header);
  return header !== null && seconds > 0 ? Math.min(seconds, 60) : 2;
}
