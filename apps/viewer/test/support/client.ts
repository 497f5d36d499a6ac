import type { JobV1, LiveClientEvents, LiveError, LiveResult, LiveServerEvents } from '@kadr/contracts';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';

/** A client of `/live` that keeps what it was sent. */
export class TestClient {
  readonly results: LiveResult[] = [];
  readonly jobs: JobV1[] = [];
  readonly errors: LiveError[] = [];
  /** `result <sequence>` and `job <state>`, in the order they came. */
  readonly order: string[] = [];

  private constructor(readonly socket: Socket<LiveServerEvents, LiveClientEvents>) {
    socket.on('result', (result) => {
      this.results.push(result);
      this.order.push(`result ${result.sequence}`);
    });
    socket.on('job', (job) => {
      this.jobs.push(job);
      this.order.push(`job ${job.state}`);
    });
    socket.on('error', (error) => this.errors.push(error));
  }

  static async connect(url: string): Promise<TestClient> {
    const socket: Socket<LiveServerEvents, LiveClientEvents> = io(`${url}/live`, {
      transports: ['websocket'],
      forceNew: true,
    });
    const client = new TestClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return client;
  }

  watch(jobId: string, after?: string): void {
    this.socket.emit('subscribe', { source: `job:${jobId}`, after });
  }

  get state(): string | undefined {
    return this.jobs.at(-1)?.state;
  }

  get sequences(): number[] {
    return this.results.map(({ sequence }) => sequence);
  }

  /** The WebSocket of Node's client, whose reading can be stopped. */
  get webSocket(): { pause(): void; resume(): void } {
    return (this.socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }).ws;
  }

  close(): void {
    // A stream that is not read never sees its end.
    if (this.socket.connected) this.webSocket.resume();
    this.socket.disconnect();
  }
}
