import { once } from 'node:events';
import type { LiveClientEvents, LiveServerEvents } from '@kadr/contracts';
import type { DefaultEventsMap, Socket } from 'socket.io';
import type { JobSubscription } from './job-subscription.js';

/** What the server keeps of a socket: its subscriptions by source. */
interface LiveData {
  subscriptions: Map<string, JobSubscription>;
}

export type LiveSocket = Socket<LiveClientEvents, LiveServerEvents, DefaultEventsMap, LiveData>;

/** Waits until the connection has taken what was written, so that a slow client's results wait in storage. */
export async function drained(socket: LiveSocket, signal: AbortSignal): Promise<void> {
  // Private by its type only: it is what engine.io's own documentation has one look at.
  while (!signal.aborted && socket.conn['writeBuffer'].length > 0) {
    try {
      await once(socket.conn, 'drain', { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
