import { startApp } from './app.js';
import type { App } from './app.js';
import { makeDir, removeDir } from './kadr.js';

export interface ClusterOptions {
  brokers: string;
  /** For every process. */
  env?: Record<string, string>;
  /** Processes of each app, one when left out. */
  gateways?: number;
  inference?: number;
  viewers?: number;
}

/** Kadr's apps, each in a process of its own, joined by Kafka; on one machine they may share a folder and its SQLite. */
export interface Cluster {
  dataDir: string;
  /** The first of `gateways`. */
  gateway: App;
  gateways: App[];
  /** The first of `viewers`. */
  viewer: App;
  viewers: App[];
  inference: App[];
  /** One more worker. */
  addInference(env?: Record<string, string>): Promise<App>;
  /** SIGTERM to all; removes the folder. */
  stop(): Promise<void>;
}

/** Starts the apps, side by side, and waits until all are ready. @throws when one does not start; the others are ended. */
export async function startCluster({
  brokers,
  env = {},
  gateways = 1,
  inference = 1,
  viewers = 1,
}: ClusterOptions): Promise<Cluster> {
  const dataDir = await makeDir();
  const apps: App[] = [];
  const start = async (name: App['name'], more: Record<string, string> = {}): Promise<App> => {
    const app = await startApp(name, { DATA_DIR: dataDir, KAFKA_BROKERS: brokers, ...env, ...more });
    apps.push(app);
    return app;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(apps.map((app) => app.stop()));
    await removeDir(dataDir);
  };
  const many = (name: App['name'], count: number): Promise<App>[] => Array.from({ length: count }, () => start(name));
  const starting = [...many('gateway', gateways), ...many('viewer', viewers), ...many('inference', inference)];
  const failed = (await Promise.allSettled(starting)).find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const started = await Promise.all(starting);
  const cluster: Cluster = {
    dataDir,
    gateway: started[0],
    gateways: started.slice(0, gateways),
    viewer: started[gateways],
    viewers: started.slice(gateways, gateways + viewers),
    inference: started.slice(gateways + viewers),
    addInference: async (more) => {
      const app = await start('inference', more);
      cluster.inference.push(app);
      return app;
    },
    stop,
  };
  return cluster;
}
