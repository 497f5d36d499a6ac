import type { MessagePort } from 'node:worker_threads';
import { toAppError } from '@kadr/errors';
import { encodeJpeg } from '@kadr/media';
import type { HostAnswer, WorkerHost } from './worker-host.js';
import type { WorkerAnswer, WorkerReply, WorkerRequest, WorkerTask } from './worker-messages.js';

/**
 * Answers requests of the port. Models run one after another; a drawn picture is encoded beside the next run, and here
 * rather than in the main thread, whose heap would have to hold its pixels.
 */
export function serveRequests(port: Pick<MessagePort, 'on' | 'postMessage' | 'close'>, host: WorkerHost): void {
  let last: Promise<unknown> = Promise.resolve();
  port.on('message', (request: WorkerRequest) => {
    if (request.kind === 'stop') return void last.then(() => port.close());
    const done = last.then(() => perform(request, host));
    last = done.catch(() => undefined);
    void done
      .then(({ provider, answers }) => finish(request.id, answers, provider))
      .catch((error: unknown) => failure(request.id, error))
      .then((reply) => port.postMessage(reply, (reply.answers ?? []).flatMap(bytesOf)));
  });
}

interface Performed {
  provider?: WorkerReply['provider'];
  answers?: HostAnswer[];
}

async function perform(request: WorkerTask, host: WorkerHost): Promise<Performed> {
  if (request.kind === 'load') return { provider: await host.load(request.spec, request.files, request.atlases) };
  return { answers: await host.run(request.model, request.frames) };
}

async function finish(
  id: number,
  answers: HostAnswer[] | undefined,
  provider: WorkerReply['provider'],
): Promise<WorkerReply> {
  return { id, provider, answers: answers && (await Promise.all(answers.map(encoded))) };
}

async function encoded({ drawn, drawMs, ...answer }: HostAnswer): Promise<WorkerAnswer> {
  if (!drawn) return { ...answer, drawMs };
  const start = performance.now();
  const annotated = new Uint8Array(await encodeJpeg(drawn));
  return { ...answer, annotated, drawMs: drawMs + performance.now() - start };
}

function failure(id: number, thrown: unknown): WorkerReply {
  const { kind, code, message } = toAppError(thrown);
  return { id, error: { kind, code, message } };
}

function bytesOf({ annotated }: WorkerAnswer): ArrayBuffer[] {
  return annotated ? [annotated.buffer as ArrayBuffer] : [];
}
