import type { ModelCardV1 } from '@kadr/contracts';
import { listModels } from '../lib/api.js';
import { readSetting, writeSetting } from '../lib/browser.js';
import { view } from './view.svelte.js';

/** The models there are, and the one chosen. */
class ModelsStore {
  list = $state.raw<ModelCardV1[]>([]);
  private chosen = $state(readSetting('model', ''));

  get selected(): ModelCardV1 | undefined {
    return this.find(this.chosen) ?? this.list.find((model) => model.default) ?? this.list[0];
  }

  /** A model is on its way. */
  get busy(): boolean {
    return this.list.some(({ state }) => state === 'fetching' || state === 'loading');
  }

  find(id: string): ModelCardV1 | undefined {
    return this.list.find((model) => model.id === id);
  }

  choose(id: string): void {
    this.chosen = id;
    writeSetting('model', id);
    this.suggest();
  }

  async refresh(): Promise<void> {
    this.list = await listModels();
    this.suggest();
  }

  private suggest(): void {
    if (this.selected) view.suggestThreshold(this.selected.threshold);
  }
}

export const models = new ModelsStore();
