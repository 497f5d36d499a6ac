import { Injectable } from '@nestjs/common';
import { Config } from '@kadr/config';
import { parseSource } from '@kadr/contracts';
import type { FrameOptions, FrameV1, Lane, ResultV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import { jpegSize } from '@kadr/media';
import type { ModelEntry } from '../registry/model-entry.js';
import { ModelRegistry } from '../registry/model-registry.js';
import type { WorkerAnswer } from '../runtime/worker-messages.js';
import { outcomeId } from './outcome-id.js';

/** What a model made of a frame. */
export interface FrameRun {
  result: ResultV1;
  /** JPEG, when it was asked for. */
  annotated?: Uint8Array;
}

/** Checks a frame, has a worker run its model, and makes a result of the answer. */
@Injectable()
export class FrameRunner {
  constructor(
    private readonly registry: ModelRegistry,
    private readonly config: Config,
  ) {}

  /** @throws AppError when the picture, an option or the model is at fault */
  async run(frame: FrameV1, lane: Lane, queueMs: number): Promise<FrameRun> {
    const entry = this.entryOf(frame.model);
    const classIds = classIdsOf(entry, frame.options);
    checkSize(frame, this.config.MAX_PIXELS);
    const { masks = 'rle', annotate: draw = false, threshold = entry.spec.threshold } = frame.options;
    const picture = { width: frame.width, height: frame.height };
    const answer = await this.registry.pool.run(entry.spec.id, lane, {
      jpeg: new Uint8Array(frame.image),
      picture,
      threshold,
      classIds,
      masks,
      draw,
    });
    const timings = {
      queueMs: tenths(queueMs),
      decodeMs: tenths(answer.decodeMs),
      inferenceMs: tenths(answer.inferenceMs),
      postprocessMs: tenths(answer.postprocessMs),
      drawMs: tenths(answer.drawMs),
    };
    return { result: resultOf(frame, entry, answer, timings), annotated: answer.annotated };
  }

  private entryOf(model: string): ModelEntry {
    const entry = this.registry.find(model);
    if (entry) return entry;
    throw new AppError('not-found', 'unknown-model', `There is no model "${model}" here.`);
  }
}

/** Boxes and masks are in pixels of the size that the sender names, so it must be the picture's own, and no bomb. */
function checkSize({ image, width, height }: FrameV1, maxPixels: number): void {
  const real = jpegSize(image);
  if (real.width !== width || real.height !== height) {
    const said = `the ${width} x ${height} that ce_width and ce_height say`;
    const message = `The picture has ${real.width} x ${real.height} pixels, not ${said}.`;
    throw new AppError('unprocessable', 'bad-message', message);
  }
  if (width * height > maxPixels) {
    const message = `The picture has ${width} x ${height} pixels, more than the ${maxPixels} allowed.`;
    throw new AppError('too-large', 'too-many-pixels', message);
  }
}

function classIdsOf(entry: ModelEntry, { classes }: FrameOptions): number[] | undefined {
  if (!classes) return undefined;
  const { ids, unknown } = entry.classes(classes);
  if (unknown.length === 0) return ids;
  throw new AppError('invalid', 'unknown-class', `${entry.spec.id} has no class "${unknown.join('", "')}".`);
}

function resultOf(
  frame: FrameV1,
  { spec, digest }: ModelEntry,
  { objects }: WorkerAnswer,
  timings: ResultV1['timings'],
): ResultV1 {
  const source = parseSource(frame.source);
  if (!source) throw new AppError('unprocessable', 'bad-message', `"${frame.source}" is no source of frames.`);
  return {
    id: outcomeId(frame.source, frame.sequence, digest),
    source,
    sequence: frame.sequence,
    model: { id: spec.id, digest },
    image: { width: frame.width, height: frame.height },
    objects,
    capturedAt: frame.capturedAt,
    timings,
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
