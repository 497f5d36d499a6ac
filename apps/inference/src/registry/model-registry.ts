import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnApplicationShutdown,
  OnModuleInit,
} from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { Config } from '@kadr/config';
import type { ModelCardV1 } from '@kadr/contracts';
import { Health, Log } from '@kadr/observability';
import { Catalogue } from '../catalogue/catalogue.js';
import { ModelPool } from '../runtime/model-pool.js';
import { chooseProviders } from '../runtime/providers.js';
import { planThreads } from '../runtime/threads.js';
import { ThreadStarter } from '../runtime/worker-thread.js';
import { ModelPreparer } from '../weights/model-preparer.js';
import { ModelAnnouncer } from './model-announcer.js';
import { ModelEntry } from './model-entry.js';
import { ModelLoader } from './model-loader.js';
import { ProgressReport } from './progress-report.js';

/** The models that this process knows: those of `KADR_MODELS` are ready before it listens, others load when asked for. */
@Injectable()
export class ModelRegistry
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly pool: ModelPool;
  private readonly worker = uuid();
  private readonly loader: ModelLoader;
  private entries = new Map<string, ModelEntry>();

  constructor(
    private readonly config: Config,
    private readonly log: Log,
    private readonly announcer: ModelAnnouncer,
    health: Health,
    threads: ThreadStarter,
  ) {
    const plan = planThreads(config, availableParallelism());
    const settings = {
      threads: plan.threads,
      providers: chooseProviders(config.KADR_PROVIDERS),
      maxPixels: config.MAX_PIXELS,
    };
    this.pool = new ModelPool(() => threads.start(settings), plan.workers);
    this.loader = new ModelLoader(new ModelPreparer(config.MODELS_DIR), this.pool);
    health.register('models', () => this.notReady());
  }

  /** @throws AppError when a model of `KADR_MODELS` cannot be had: the process must not start */
  async onModuleInit(): Promise<void> {
    const catalogue = await Catalogue.load(this.config.MODELS_DIR);
    this.entries = new Map(
      catalogue.all().map((spec) => [spec.id, new ModelEntry(spec, () => this.announcer.announce(this.cards()))]),
    );
    const wanted = this.config.KADR_MODELS.map((id) => catalogue.get(id).id);
    await this.announcer.openLanes(catalogue.all().map(({ id }) => id));
    this.pool.start();
    try {
      for (const id of wanted) await this.ensure(id);
    } catch (error) {
      // The process is about to exit: it must not do so under threads that are in native code.
      await this.pool.stop();
      throw error;
    }
  }

  onApplicationBootstrap(): void {
    this.announcer.start(() => this.cards());
  }

  /** While the bus still takes messages. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.announcer.stop(this.cards());
  }

  /** After the last handler is done. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.stop();
  }

  /** The entry of a model, or `undefined` when there is no such model. */
  find(id: string): ModelEntry | undefined {
    return this.entries.get(id);
  }

  /** Resolves when the model is ready; starts loading it if nobody has. @throws AppError when it cannot be had */
  async ensure(id: string): Promise<void> {
    await this.entries.get(id)?.ensure((entry) => this.load(entry));
  }

  private async load(entry: ModelEntry): Promise<'cuda' | 'cpu'> {
    const start = performance.now();
    const report = new ProgressReport(entry.spec.id, this.log, process.stderr.isTTY);
    try {
      const provider = await this.loader.load(entry.spec, {
        onProgress: (received, total) => {
          report.update(received, total);
          entry.fetching(received, total);
        },
        onRepair: (message) => this.log.warn('weights-repair', { model: entry.spec.id, message }),
      });
      this.log.info('model-ready', { model: entry.spec.id, provider, loadMs: Math.round(performance.now() - start) });
      return provider;
    } finally {
      report.stop();
    }
  }

  private cards(): ModelCardV1[] {
    return [...this.entries.values()].map((entry) =>
      entry.card(this.worker, entry.spec.id === this.config.KADR_MODELS[0]),
    );
  }

  private notReady(): string | undefined {
    if (this.pool.alive === 0) return 'no worker thread is alive; they are being restarted';
    const missing = this.config.KADR_MODELS.filter((id) => !this.entries.get(id)?.ready);
    return missing.length === 0 ? undefined : `${missing.join(', ')} not loaded`;
  }
}
