import { encodeJpeg, renderGlyphs } from '@kadr/media';
import type { GlyphAtlas } from '@kadr/vision';
import { inputOf } from '../catalogue/model-spec.js';
import type { ModelSpec } from '../catalogue/model-spec.js';
import type { ModelPool } from '../runtime/model-pool.js';
import type { Provider } from '../runtime/providers.js';
import type { FetchWeights } from '../weights/prepared-model.js';
import type { ModelPreparer } from '../weights/model-preparer.js';

/** Line heights of labels, in pixels; the first that suits the picture's size is used. */
const LINE_HEIGHTS = [14, 20, 28, 40, 60, 96];
/** What scores are written with, and a stand-in for what the font lacks. */
const ALWAYS = '0123456789% ?';
/** Grey pixels of the picture that warms a model up. */
const GREY = 114;
/** Everything that reaches this score on a grey picture gets a mask, so that every network of the model runs. */
const ASKED = { threshold: 0.05, masks: 'rle', draw: true } as const;
/** Runs of each worker before a model is called ready: the first is slow, and the code around it is compiled by a few. */
const WARM_UP_RUNS = 3;

/** Fetches a model's weights, loads it into every worker and runs it once on an empty picture. */
export class ModelLoader {
  private readonly atlases = new Map<string, Promise<GlyphAtlas[]>>();

  constructor(
    private readonly preparer: ModelPreparer,
    private readonly pool: ModelPool,
  ) {}

  /** @throws AppError saying what is missing or wrong, and what to do */
  async load(spec: ModelSpec, options: FetchWeights): Promise<Provider> {
    const [files, atlases] = await Promise.all([this.preparer.prepare(spec, options), this.atlasesOf(spec)]);
    const provider = await this.pool.load(spec, files, atlases);
    await this.warmUp(spec);
    return provider;
  }

  private atlasesOf({ labels }: ModelSpec): Promise<GlyphAtlas[]> {
    const characters = [...new Set(Array.from(ALWAYS + labels.join('')))].sort().join('');
    const known = this.atlases.get(characters);
    if (known) return known;
    const rendered = Promise.all(LINE_HEIGHTS.map((height) => renderGlyphs(characters, height)));
    this.atlases.set(characters, rendered);
    return rendered;
  }

  private async warmUp(spec: ModelSpec): Promise<void> {
    const picture = inputOf(spec);
    const jpeg = await encodeJpeg({ data: new Uint8Array(picture.width * picture.height * 3).fill(GREY), ...picture });
    const runs = Array.from({ length: this.pool.alive * WARM_UP_RUNS }, () =>
      this.pool.run(spec.id, 'batch', { ...ASKED, jpeg: new Uint8Array(jpeg), picture }),
    );
    await Promise.all(runs);
  }
}
