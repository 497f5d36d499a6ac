import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import type { ProxyServer } from 'httpxy';
import type { Log } from '@kadr/observability';
import { refuse } from './refuse.js';

/** What a forwarded request carries, so that one that comes back is known. */
const VIA = '1.1 kadr';

/** The process that answers what this one does not. */
export class Peer {
  private readonly proxy: ProxyServer;
  private readonly sockets = new Set<Socket>();

  /** @param variable names the environment's variable that `url` is from, for messages */
  constructor(
    private readonly variable: string,
    private readonly url: string,
    private readonly log: Log,
  ) {
    // A connection for each request: one that is kept might be closed by the peer just when the next one is sent.
    this.proxy = createProxyServer({ target: url, agent: false, xfwd: true, headers: { via: VIA } });
    // The client's connection is not closed with it.
    this.proxy.on('proxyRes', ({ headers }) => delete headers.connection);
    this.proxy.on('proxyReqWs', (upgrading, _, socket) => {
      upgrading.once('upgrade', (_answer, theirs) => socket.once('close', () => theirs.destroy()));
    });
    this.proxy.on('error', (error, request, response) => this.fail(error, request!, response!));
  }

  /** False when the variable is empty. */
  get isSet(): boolean {
    return this.url !== '';
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.leadsBack(request)) this.refuse(request, response, 'it leads back to this process');
    else void this.proxy.web(request, response);
  }

  /** Forwards a websocket. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    if (this.leadsBack(request)) socket.end();
    else void this.proxy.ws(request, socket, {}, head);
  }

  /** Ends the websockets, which would keep the server open. */
  close(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private leadsBack({ headers }: IncomingMessage): boolean {
    return headers.via?.split(',').some((part) => part.trim() === VIA) ?? false;
  }

  private fail(error: Error, request: IncomingMessage, target: ServerResponse | Socket): void {
    const { message, code = message } = error as NodeJS.ErrnoException;
    if (target instanceof ServerResponse) this.refuse(request, target, `it cannot be reached there (${code})`);
    else if (target.bytesWritten === 0) this.refuse(request, answerOn(request, target), `nothing is there (${code})`);
    else target.destroy();
  }

  private refuse(request: IncomingMessage, response: ServerResponse, why: string): void {
    this.log.warn('not forwarded', { method: request.method, variable: this.variable, url: this.url, reason: why });
    refuse(
      response,
      request.url ?? '/',
      `${request.url} is for another process, at ${this.url} by ${this.variable}, but ${why}.`,
    );
  }
}

/** A plain answer to a request for a websocket. */
function answerOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  return response;
}
