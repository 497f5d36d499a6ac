import type { JobV1, LiveClientEvents, LiveError, LiveResult, LiveServerEvents } from '@kadr/contracts';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';

export interface LiveHandlers {
  connected: () => void;
  disconnected: () => void;
  result: (result: LiveResult) => void;
  job: (job: JobV1) => void;
  error: (error: LiveError) => void;
}

/** One connection to `/live`, watching at most one source; a broken connection resumes after the last result seen. */
export class Live {
  private readonly socket: Socket<LiveServerEvents, LiveClientEvents>;
  private watched: { source: string; after?: string } | null = null;

  constructor(handlers: LiveHandlers) {
    this.socket = io('/live', { transports: ['websocket', 'polling'], reconnectionDelayMax: 3000 });
    this.socket.on('connect', () => {
      if (this.watched) this.socket.emit('subscribe', this.watched);
      handlers.connected();
    });
    this.socket.on('disconnect', (reason) => {
      handlers.disconnected();
      // A server that goes away in good order says so, and then the client does not come back by itself.
      if (reason === 'io server disconnect') this.socket.connect();
    });
    this.socket.on('connect_error', () => handlers.disconnected());
    this.socket.on('result', (result) => {
      if (this.watched?.source === `job:${result.source.id}`) this.watched.after = result.cursor;
      handlers.result(result);
    });
    this.socket.on('job', handlers.job);
    this.socket.on('error', handlers.error);
  }

  /** Watches `source` in place of the one before. */
  watch(source: string): void {
    if (this.watched?.source === source) return;
    this.unwatch();
    this.watched = { source };
    if (this.socket.connected) this.socket.emit('subscribe', this.watched);
  }

  unwatch(): void {
    if (this.watched && this.socket.connected) this.socket.emit('unsubscribe', { source: this.watched.source });
    this.watched = null;
  }

  /** Tries now instead of after the next delay. */
  reconnect(): void {
    if (!this.socket.connected) this.socket.connect();
  }
}
