import type { MessagePort } from 'node:worker_threads';
import { encodeJpeg } from '@kadr/media';
import { isWorkerError, toWorkerError } from './worker-error.js';
import type { HostAnswer, WorkerHost } from './worker-host.js';
import type {
  DecodedFrame,
  WorkerAnswer,
  WorkerError,
  WorkerFrame,
  WorkerReply,
  WorkerRequest,
  WorkerTask,
} from './worker-messages.js';

/**
 * Answers requests of the port. Models run one after another; the next request is decoded and the last one encoded
 * beside them, and here rather than in the main thread, whose heap would have to hold the pixels: V8 marks all of a heap
 * again for every few pictures that come and go.
 */
export function serveRequests(port: Pick<MessagePort, 'on' | 'postMessage' | 'close'>, host: WorkerHost): void {
  let last: Promise<unknown> = Promise.resolve();
  port.on('message', (request: WorkerRequest) => {
    if (request.kind === 'stop') return void last.then(() => port.close());
    const perform = prepare(request, host);
    const done = last.then(perform);
    last = done.catch(() => undefined);
    void done
      .then(({ provider, answers }) => finish(request.id, answers, provider))
      .catch((error: unknown): WorkerReply => ({ id: request.id, error: toWorkerError(error) }))
      .then((reply) => port.postMessage(reply, (reply.answers ?? []).flatMap(bytesOf)));
  });
}

interface Performed {
  provider?: WorkerReply['provider'];
  answers?: (HostAnswer | WorkerError)[];
}

/** Starts what need not wait for its turn. The rest is for the function that it gives back. */
function prepare(request: WorkerTask, host: WorkerHost): () => Promise<Performed> {
  if (request.kind === 'load') {
    return async () => ({ provider: await host.load(request.spec, request.files, request.atlases) });
  }
  const decoded = Promise.all(request.frames.map((frame) => decode(request.model, frame, host)));
  return async () => ({ answers: await run(request.model, await decoded, host) });
}

async function decode(model: string, frame: WorkerFrame, host: WorkerHost): Promise<DecodedFrame | WorkerError> {
  return host.decode(model, frame).catch(toWorkerError);
}

/** A picture that could not be decoded keeps its place among the others, and its error. */
async function run(
  model: string,
  frames: (DecodedFrame | WorkerError)[],
  host: WorkerHost,
): Promise<(HostAnswer | WorkerError)[]> {
  const good = frames.filter((frame): frame is DecodedFrame => !isWorkerError(frame));
  const answers = good.length > 0 ? await host.run(model, good) : [];
  return frames.map((frame) => (isWorkerError(frame) ? frame : answers[good.indexOf(frame)]));
}

async function finish(
  id: number,
  answers: (HostAnswer | WorkerError)[] | undefined,
  provider: WorkerReply['provider'],
): Promise<WorkerReply> {
  return { id, provider, answers: answers && (await Promise.all(answers.map(encoded))) };
}

async function encoded(answer: HostAnswer | WorkerError): Promise<WorkerAnswer | WorkerError> {
  if (isWorkerError(answer)) return answer;
  const { drawn, drawMs, ...rest } = answer;
  if (!drawn) return { ...rest, drawMs };
  const start = performance.now();
  const annotated = new Uint8Array(await encodeJpeg(drawn));
  return { ...rest, annotated, drawMs: drawMs + performance.now() - start };
}

function bytesOf(answer: WorkerAnswer | WorkerError): ArrayBuffer[] {
  return !isWorkerError(answer) && answer.annotated ? [answer.annotated.buffer as ArrayBuffer] : [];
}
