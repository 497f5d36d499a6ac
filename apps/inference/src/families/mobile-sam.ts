import { rescale, resizeToPlanar, sampleMask, samSize, standardisation } from '@kadr/vision';
import type { Box, Normalisation, RegionMask, RgbImage, Size } from '@kadr/vision';
import type { MobileSamSpec } from '../catalogue/model-spec.js';
import { timed } from './family.js';
import type { Found, LoadedModel, Network, Spent, Task, Tensor } from './family.js';

/** Labels of SAM's prompt for the two corners of a box. */
const CORNERS = Float32Array.of(2, 3);
/** Side of the low-resolution mask that a prompt may carry; ours carries none. */
const PROMPT_MASK_SIDE = 256;
/** The decoder resizes its mask to the size asked for, in 32-bit floats; beyond this side we resize it ourselves. */
const MOST_MASK_SIDE = 2048;

/**
 * A detector, then MobileSAM (Zhang et al. 2023) prompted with each box: the picture is encoded
 * once. A mask may leave the detector's box, which is reported as it is.
 */
export class MobileSam implements LoadedModel {
  private readonly normalisation: Normalisation;

  constructor(
    private readonly spec: MobileSamSpec,
    private readonly detector: LoadedModel,
    private readonly encoder: Network,
    private readonly decoder: Network,
  ) {
    this.normalisation = standardisation(spec.preprocessing.mean, spec.preprocessing.std);
  }

  async find(tasks: readonly Task[], spent: Spent): Promise<Found[][]> {
    const all = await this.detector.find(tasks, spent);
    for (const [i, founds] of all.entries()) {
      const { image, picture, masks } = tasks[i];
      if (image && masks && founds.length > 0) await this.mask(image, picture, founds, spent);
    }
    return all;
  }

  private async mask(image: RgbImage, picture: Size, founds: readonly Found[], spent: Spent): Promise<void> {
    const encoded = await timed(this.encoder, { input: this.tensorOf(image, picture) }, spent);
    const [embedding] = Object.values(encoded);
    for (const found of founds) {
      const { masks } = await timed(this.decoder, prompt(embedding, found.box, picture), spent);
      const mask = toMask(masks, picture);
      if (mask.data.length > 0) found.mask = mask;
    }
  }

  /** The picture with its longest side at the network's size, zeros right and below. */
  private tensorOf(image: RgbImage, picture: Size): Tensor {
    const { width, height } = this.spec.input;
    const data = new Float32Array(3 * width * height);
    const size = samSize(picture, width);
    resizeToPlanar(image, size.width, size.height, this.normalisation, { data, offset: 0, width, height });
    return { data, dims: [1, 3, height, width] };
  }
}

function prompt(embedding: Tensor, box: Box, picture: Size): Record<string, Tensor> {
  const size = Math.max(picture.width, picture.height) > MOST_MASK_SIDE ? samSize(picture, MOST_MASK_SIDE) : picture;
  const corners = Float32Array.of(box.x, box.y, box.x + box.width, box.y + box.height);
  return {
    image_embeddings: embedding,
    point_coords: { data: rescale(corners, picture, samSize(picture)), dims: [1, 2, 2] },
    point_labels: { data: CORNERS, dims: [1, 2] },
    mask_input: { data: new Float32Array(PROMPT_MASK_SIDE ** 2), dims: [1, 1, PROMPT_MASK_SIDE, PROMPT_MASK_SIDE] },
    has_mask_input: { data: new Float32Array(1), dims: [1] },
    orig_im_size: { data: Float32Array.of(size.height, size.width), dims: [2] },
  };
}

function toMask({ data, dims }: Tensor, { width, height }: Size): RegionMask {
  const values = data.subarray(0, dims[2] * dims[3]);
  const grid = { values, width: dims[3], height: dims[2] };
  return sampleMask(grid, { x: 0, y: 0, width, height }, width, height, 0);
}
