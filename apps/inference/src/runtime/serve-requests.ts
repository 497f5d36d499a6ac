import type { MessagePort } from 'node:worker_threads';
import { toAppError } from '@kadr/errors';
import type { WorkerHost } from './worker-host.js';
import type { WorkerAnswer, WorkerReply, WorkerRequest } from './worker-messages.js';

/** Answers requests of the port one after another; drawn pictures are moved back, not copied. */
export function serveRequests(port: Pick<MessagePort, 'on' | 'postMessage'>, host: WorkerHost): void {
  let last: Promise<void> = Promise.resolve();
  port.on('message', (request: WorkerRequest) => {
    last = last.then(async () => {
      const reply = await answer(request, host);
      port.postMessage(reply, (reply.answers ?? []).flatMap(pixelsOf));
    });
  });
}

async function answer(request: WorkerRequest, host: WorkerHost): Promise<WorkerReply> {
  const { id } = request;
  try {
    if (request.kind === 'load') return { id, provider: await host.load(request.spec, request.files, request.atlases) };
    return { id, answers: await host.run(request.model, request.frames) };
  } catch (error) {
    const { kind, code, message } = toAppError(error);
    return { id, error: { kind, code, message } };
  }
}

function pixelsOf({ drawn }: WorkerAnswer): ArrayBuffer[] {
  return drawn ? [drawn.data.buffer as ArrayBuffer] : [];
}
