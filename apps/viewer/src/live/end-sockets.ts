import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveSocket } from './live-socket.js';

/** How long a client has for its part of the goodbye. */
const GRACE_MS = 500;

/** Says goodbye to clients. One that does not answer would keep the server open, so its connection is cut then. */
export async function endSockets(sockets: readonly LiveSocket[]): Promise<void> {
  const connections = sockets.map(({ conn }) => conn.request.socket).filter(({ destroyed }) => !destroyed);
  if (connections.length === 0) return;
  const closed = Promise.all(connections.map((connection) => once(connection, 'close')));
  for (const socket of sockets) socket.disconnect(true);
  // A connection that breaks is as good as one that is closed.
  await Promise.race([closed.catch(() => undefined), sleep(GRACE_MS, undefined, { ref: false })]);
  for (const connection of connections) connection.destroy();
}
