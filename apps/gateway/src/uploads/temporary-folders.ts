import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Config } from '@kadr/config';
import { Log } from '@kadr/observability';
import { v7 as uuid } from 'uuid';

/** A folder that nothing has come into for this long is no living process's. */
const ABANDONED_MS = 24 * 3_600_000;

/** Folders for what a request or an item brings, each removed with all that is in it. */
@Injectable()
export class TemporaryFolders implements OnModuleInit {
  private readonly root: string;

  constructor(
    private readonly config: Config,
    private readonly log: Log,
  ) {
    this.root = resolve(config.DATA_DIR, 'tmp', 'gateway');
  }

  /**
   * What an earlier process left behind when it was killed is of no use to anybody. On the embedded bus that is all there
   * is; on Kafka other gateways may be at work in the same DATA_DIR.
   */
  async onModuleInit(): Promise<void> {
    await mkdir(this.root, { recursive: true });
    const isAlone = this.config.KAFKA_BROKERS.length === 0;
    const before = isAlone ? Infinity : Date.now() - ABANDONED_MS;
    for (const name of await readdir(this.root)) await removeIfOlder(join(this.root, name), before);
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

async function removeIfOlder(folder: string, time: number): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    // Its owner has removed it in this moment.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found && found.mtimeMs < time) await rm(folder, { recursive: true, force: true });
}
