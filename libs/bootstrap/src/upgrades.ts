import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** What of Node's HTTP server is used here. */
export interface UpgradingServer {
  on(event: 'upgrade', listener: (request: IncomingMessage, socket: Socket, head: Buffer) => void): unknown;
  emit(event: 'connection', socket: Socket): boolean;
  listenerCount(event: 'upgrade'): number;
}

const LIVE = /^\/socket\.io(\/|\?|$)/;

/** True for the websocket of a live client. */
export function isLive({ url, headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && LIVE.test(url ?? '');
}

/**
 * Answers a request that only offers another protocol as if it had not. Java's HTTP client does so by default
 * (`Upgrade: h2c`), and Node takes every such request for an upgrade as soon as anybody listens for websockets; so this
 * is called after those who do.
 */
export function declineUpgrades(server: UpgradingServer): void {
  if (server.listenerCount('upgrade') === 0) return;
  server.on('upgrade', (request, socket, head) => {
    if (isLive(request)) return;
    // The server has let go of the connection; it gets it back with the request it began with, less the offer.
    socket.unshift(Buffer.concat([Buffer.from(headOf(request), 'latin1'), head]));
    server.emit('connection', socket);
  });
}

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!/^(connection|upgrade|http2-settings)$/i.test(rawHeaders[i]))
      lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
