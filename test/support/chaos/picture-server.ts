import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { smallPicture } from './picture.js';

/** What a gateway needs for taking pictures from a {@link PictureServer}, however long it holds them back. */
export const FETCHES_SLOWLY = { ALLOW_PRIVATE_URLS: 'true', URL_TIMEOUT_MS: '600000' };

/**
 * Gives out the pictures of a job as they are allowed: so a job lasts as long as a test needs, neither over before a
 * fault nor slowed down by pauses.
 */
export class PictureServer {
  private readonly server = createServer(({ url }, response) => this.answer(Number(url!.slice(1)), response));
  private readonly held = new Map<ServerResponse, number>();
  private allowed = 0;

  private constructor(private readonly picture: Buffer) {}

  static async start(): Promise<PictureServer> {
    const pictures = new PictureServer((await smallPicture()).image);
    await once(pictures.server.listen(0, '127.0.0.1'), 'listening');
    return pictures;
  }

  /** URLs of `count` pictures, given out in this order. */
  urls(count: number): string[] {
    const { port } = this.server.address() as AddressInfo;
    return Array.from({ length: count }, (_, n) => `http://127.0.0.1:${port}/${n}`);
  }

  /** Lets the first `count` pictures go. */
  allow(count: number): void {
    this.allowed = count;
    for (const [response, n] of this.held) this.answer(n, response);
  }

  allowAll(): void {
    this.allow(Infinity);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(n: number, response: ServerResponse): void {
    if (n >= this.allowed) {
      this.held.set(response, n);
      return;
    }
    this.held.delete(response);
    response.writeHead(200, { 'content-type': 'image/jpeg' }).end(this.picture);
  }
}
