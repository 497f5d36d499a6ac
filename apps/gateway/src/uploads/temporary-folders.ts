import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Config } from '@kadr/config';
import { Log } from '@kadr/observability';
import { v7 as uuid } from 'uuid';

/** Folders for what a request or an item brings, each removed with all that is in it. */
@Injectable()
export class TemporaryFolders implements OnModuleInit {
  private readonly root: string;

  constructor(
    config: Config,
    private readonly log: Log,
  ) {
    this.root = resolve(config.DATA_DIR, 'tmp', 'gateway');
  }

  /** What an earlier process left behind when it was killed is of no use to anybody. */
  async onModuleInit(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
    await mkdir(this.root, { recursive: true });
  }

  /** Runs `work` with a folder of its own, which is gone a moment after `work` has ended, however it ended. */
  async use<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = join(this.root, uuid());
    await mkdir(folder);
    try {
      return await work(folder);
    } finally {
      // Not awaited: nobody's answer has to wait for it.
      rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) =>
        this.log.warn('temporary folder left behind', { folder, error }),
      );
    }
  }
}
