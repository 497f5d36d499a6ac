import type { ModelSpec } from '../catalogue/model-spec.js';
import type { FetchWeights, PreparedModel } from './prepared-model.js';
import { WeightsStore } from './weights-store.js';
import { convertDetector } from '../convert/convert-detector.js';

/** Makes models ready to load: weights fetched and checked, graphs converted. One for all models of a folder. */
export class ModelPreparer {
  private readonly store: WeightsStore;

  constructor(private readonly modelsDir: string) {
    this.store = new WeightsStore(modelsDir);
  }

  /**
   * Fetches what is missing, converts what must be, and says where everything is.
   * @throws AppError saying which file, what was expected and found, and what to do
   */
  async prepare(spec: ModelSpec, options: FetchWeights = {}): Promise<PreparedModel> {
    const detector = spec.family === 'ssd' ? spec : spec.detector;
    const [files, own] = await this.store.ensure([spec, detector], options);
    return { detector: await convertDetector(detector, own, this.modelsDir, options), files };
  }
}
