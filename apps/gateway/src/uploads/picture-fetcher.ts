import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { fetchPublic } from '@kadr/media';

/** Fetches pictures by URL within the limits of the environment. */
@Injectable()
export class PictureFetcher {
  constructor(private readonly config: Config) {}

  /** @throws AppError `url-refused`, `url-failed`, `url-too-large`, `url-timeout` (unprocessable). */
  async fetch(url: string, file: string): Promise<void> {
    await fetchPublic(url, {
      file,
      maxBytes: this.config.MAX_UPLOAD_BYTES,
      timeoutMs: this.config.URL_TIMEOUT_MS,
      allowPrivate: this.config.ALLOW_PRIVATE_URLS,
    });
  }
}
