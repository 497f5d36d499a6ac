import { decodeSsd, nmsByClass, pickCandidates, resizeToPlanar, standardisation } from '@kadr/vision';
import type { Box, Normalisation, Size } from '@kadr/vision';
import type { SsdSpec } from '../catalogue/model-spec.js';
import { timed } from './family.js';
import { Scratch } from './scratch.js';
import type { Found, LoadedModel, Network, Spent, Task, Tensor } from './family.js';

/** Boxes that are narrower than this after they are clipped to the picture are nothing to look at. */
const LEAST_SIDE = 1;

/** Single-shot detectors with anchors (SSD, Liu et al. 2016): one network, boxes only. */
export class Ssd implements LoadedModel {
  private readonly normalisation: Normalisation;
  private readonly classOfColumn: Int32Array;
  private readonly scratch = new Scratch();

  constructor(
    private readonly spec: SsdSpec,
    private readonly network: Network,
    private readonly anchors: Float32Array,
  ) {
    this.normalisation = standardisation(spec.preprocessing.mean, spec.preprocessing.std);
    const { columns } = spec.postprocessing;
    this.classOfColumn = new Int32Array(Math.max(...columns) + 1).fill(-1);
    for (const [classId, column] of columns.entries()) this.classOfColumn[column] = classId;
  }

  async find(tasks: readonly Task[], spent: Spent): Promise<Found[][]> {
    const { boxes, scores } = await timed(this.network, { images: this.tensorOf(tasks) }, spent);
    return tasks.map((task, i) => this.decode(task, slice(boxes, i), slice(scores, i), scores.dims[2]));
  }

  private tensorOf(tasks: readonly Task[]): Tensor {
    const { width, height } = this.spec.input;
    const length = 3 * width * height;
    const data = this.scratch.take(tasks.length * length);
    for (const [i, { input }] of tasks.entries()) {
      resizeToPlanar(input, width, height, this.normalisation, { data, offset: i * length, width, height });
    }
    return { data, dims: [tasks.length, 3, height, width] };
  }

  private decode(task: Task, codes: Float32Array, scores: Float32Array, columns: number): Found[] {
    const { iou, maxObjects } = this.spec.postprocessing;
    const wanted = task.classIds && new Set(task.classIds);
    const picked = pickCandidates(scores, columns, task.threshold);
    const classes = Array.from(picked.classes, (column) => this.classOfColumn[column] ?? -1);
    const usable = classes.flatMap((classId, i) => (classId >= 0 && (wanted?.has(classId) ?? true) ? [i] : []));
    const corners = decodeSsd(
      codes,
      this.anchors,
      usable.map((i) => picked.rows[i]),
    );
    const chosenScores = Float32Array.from(usable, (i) => picked.scores[i]);
    const chosenClasses = usable.map((i) => classes[i]);
    const kept = nmsByClass(corners, chosenScores, chosenClasses, iou, maxObjects);
    return Array.from(kept, (i) => ({
      classId: chosenClasses[i],
      score: chosenScores[i],
      box: toPicture(corners.subarray(i * 4, i * 4 + 4), task.picture),
    })).filter(({ box }) => box.width >= LEAST_SIDE && box.height >= LEAST_SIDE);
  }
}

function slice({ data, dims }: Tensor, index: number): Float32Array {
  const length = data.length / dims[0];
  return data.subarray(index * length, (index + 1) * length);
}

/** A box in fractions of the picture, in its pixels and within it. */
function toPicture(corners: Float32Array, { width, height }: Size): Box {
  const within = (value: number, side: number): number => Math.max(0, Math.min(side, value * side));
  const [x, y] = [within(corners[0], width), within(corners[1], height)];
  return { x, y, width: within(corners[2], width) - x, height: within(corners[3], height) - y };
}
