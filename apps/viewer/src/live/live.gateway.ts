import { UseFilters } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets';
import { LIVE_NAMESPACE } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { Log } from '@kadr/observability';
import { JobsRepository, OutcomesRepository } from '@kadr/storage';
import { endSockets } from './end-sockets.js';
import { JobSubscription } from './job-subscription.js';
import { LiveErrorFilter, reportError } from './live-error.filter.js';
import { LiveHub } from './live-hub.js';
import { drained } from './live-socket.js';
import type { LiveSocket } from './live-socket.js';
import { readAck, readSource, readSubscribe } from './read-message.js';
import type { WantedJob } from './read-message.js';

/** Sources that one client may watch. */
const MOST = 100;
/** Clients only send names and numbers. */
const LARGEST_MESSAGE = 16 * 1024;

/** socket.io `/live`: results and states of jobs as they come. */
@WebSocketGateway({
  namespace: LIVE_NAMESPACE,
  path: '/socket.io',
  serveClient: false,
  maxHttpBufferSize: LARGEST_MESSAGE,
  // An offer to upgrade that is not for it is declined elsewhere, not cut off.
  destroyUpgrade: false,
})
@UseFilters(LiveErrorFilter)
export class LiveGateway
  implements OnGatewayConnection<LiveSocket>, OnGatewayDisconnect<LiveSocket>, BeforeApplicationShutdown
{
  private readonly sockets = new Set<LiveSocket>();

  constructor(
    private readonly jobs: JobsRepository,
    private readonly outcomes: OutcomesRepository,
    private readonly hub: LiveHub,
    private readonly log: Log,
  ) {}

  handleConnection(socket: LiveSocket): void {
    socket.data.subscriptions = new Map();
    this.sockets.add(socket);
  }

  handleDisconnect(socket: LiveSocket): void {
    for (const subscription of socket.data.subscriptions.values()) subscription.close();
    this.sockets.delete(socket);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await endSockets([...this.sockets]);
  }

  /** Watches a job; a source that is watched already begins anew. */
  @SubscribeMessage('subscribe')
  subscribe(@ConnectedSocket() socket: LiveSocket, @MessageBody() message: unknown): void {
    const wanted = readSubscribe(message);
    const { subscriptions } = socket.data;
    if (subscriptions.size >= MOST && !subscriptions.has(wanted.source)) throw tooMany();
    subscriptions.get(wanted.source)?.close();
    const subscription = this.make(socket, wanted);
    subscriptions.set(wanted.source, subscription);
    void this.run(socket, wanted, subscription);
  }

  @SubscribeMessage('unsubscribe')
  unsubscribe(@ConnectedSocket() socket: LiveSocket, @MessageBody() message: unknown): void {
    const source = readSource(message);
    socket.data.subscriptions.get(source)?.close();
    socket.data.subscriptions.delete(source);
  }

  @SubscribeMessage('ack')
  acknowledge(@ConnectedSocket() socket: LiveSocket, @MessageBody() message: unknown): void {
    const { source, sequence } = readAck(message);
    socket.data.subscriptions.get(source)?.acknowledge(sequence);
  }

  private make(socket: LiveSocket, { source, jobId, after }: WantedJob): JobSubscription {
    return new JobSubscription(after, {
      readJob: () => this.jobs.summary(jobId),
      readResults: (cursor, limit) => this.outcomes.since(jobId, { cursor, limit }),
      sendResult: (result) => socket.emit('result', result),
      sendJob: (changed) => socket.emit('job', changed),
      sendGone: () => reportError(socket, jobGone(jobId), this.log, source),
      drained: (signal) => drained(socket, signal),
    });
  }

  private async run(socket: LiveSocket, { source, jobId }: WantedJob, subscription: JobSubscription): Promise<void> {
    this.hub.watch(jobId, subscription);
    try {
      await subscription.run();
    } catch (error) {
      reportError(socket, error, this.log, source);
    } finally {
      this.hub.unwatch(jobId, subscription);
      subscription.close();
      if (socket.data.subscriptions.get(source) === subscription) socket.data.subscriptions.delete(source);
    }
  }
}

function jobGone(id: string): AppError {
  const message = `There is no job "${id.slice(0, 100)}"; it may have been removed. GET /v1/jobs lists those there are.`;
  return new AppError('not-found', 'not-found', message);
}

function tooMany(): AppError {
  const message = `This connection watches ${MOST} sources, which is all it may. Unsubscribe from one first.`;
  return new AppError('invalid', 'invalid-request', message);
}
