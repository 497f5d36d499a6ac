import type { ModelCardV1 } from '@kadr/contracts';
import { modelDigest } from '../catalogue/model-spec.js';
import type { ModelSpec } from '../catalogue/model-spec.js';
import type { Provider } from '../runtime/providers.js';

/** Milliseconds after a failure before a model is tried again. */
const RETRY_AFTER_MS = 10_000;

/** One model of this process: where it stands, and the one loading that all who ask share. */
export class ModelEntry {
  readonly digest: string;
  private readonly classIds: Map<string, number>;
  private state: Pick<ModelCardV1, 'state' | 'progress' | 'error'> = { state: 'cold' };
  private provider: Provider | null = null;
  private loading: Promise<void> | undefined;
  private failedAt = Number.NEGATIVE_INFINITY;
  private lastError: Error | undefined;

  /** @param onChange called when the card has changed */
  constructor(
    readonly spec: ModelSpec,
    private readonly onChange: () => void,
  ) {
    this.digest = modelDigest(spec);
    this.classIds = new Map(spec.labels.map((label, classId) => [label, classId]));
  }

  get ready(): boolean {
    return this.state.state === 'ready';
  }

  /** Why the model could not be loaded the last time, if it is not being tried again. */
  get failure(): Error | undefined {
    return this.state.state === 'failed' ? this.lastError : undefined;
  }

  /** Class ids of labels; labels that the model does not have are returned apart. */
  classes(labels: readonly string[]): { ids: number[]; unknown: string[] } {
    const ids = labels.flatMap((label) => this.classIds.get(label) ?? []);
    return { ids, unknown: labels.filter((label) => !this.classIds.has(label)) };
  }

  /** Loads the model by `load`, once for all who ask at the same time; after a failure not again for a while. */
  ensure(load: (entry: ModelEntry) => Promise<Provider>): Promise<void> {
    if (this.ready) return Promise.resolve();
    if (this.loading) return this.loading;
    const resting = performance.now() - this.failedAt < RETRY_AFTER_MS;
    if (resting && this.lastError) return Promise.reject(this.lastError);
    this.loading = this.run(load).finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  fetching(received: number, total: number): void {
    this.change({ state: 'fetching', progress: { received, total } });
  }

  card(worker: string, isDefault: boolean): ModelCardV1 {
    const { id, name, description, task, labels, input, threshold, licence } = this.spec;
    return {
      id,
      name,
      description,
      task,
      classes: labels,
      input,
      threshold,
      licence,
      digest: this.digest,
      provider: this.provider,
      ...this.state,
      default: isDefault,
      worker,
    };
  }

  private async run(load: (entry: ModelEntry) => Promise<Provider>): Promise<void> {
    this.change({ state: 'loading' });
    try {
      this.provider = await load(this);
      this.change({ state: 'ready' });
    } catch (error) {
      this.failedAt = performance.now();
      this.lastError = error as Error;
      this.change({ state: 'failed', error: this.lastError.message });
      throw error;
    }
  }

  private change(state: Pick<ModelCardV1, 'state' | 'progress' | 'error'>): void {
    const news = state.state !== this.state.state || state.progress?.received !== this.state.progress?.received;
    this.state = state;
    if (news) this.onChange();
  }
}
