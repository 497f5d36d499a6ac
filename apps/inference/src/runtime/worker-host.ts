import { readFile } from 'node:fs/promises';
import type { GlyphAtlas, RgbImage } from '@kadr/vision';
import { drawObjects } from '@kadr/vision';
import type { ModelSpec, SsdSpec } from '../catalogue/model-spec.js';
import { BoxToMask } from '../families/box-to-mask.js';
import type { Found, LoadedModel, Network, Spent, Task } from '../families/family.js';
import { MobileSam } from '../families/mobile-sam.js';
import { Ssd } from '../families/ssd.js';
import type { DetectorFiles, PreparedModel } from '../weights/prepared-model.js';
import { toObject } from './to-object.js';
import type { Provider } from './providers.js';
import { openNetwork } from './session.js';
import { decodeFrame } from './decode-frame.js';
import type { DecodedFrame, WorkerAnswer, WorkerFrame, WorkerSettings } from './worker-messages.js';

/** What became of a frame, its drawn picture not yet encoded. */
export type HostAnswer = Omit<WorkerAnswer, 'annotated'> & { drawn?: RgbImage };

interface Served {
  spec: ModelSpec;
  model: LoadedModel;
  atlases: GlyphAtlas[];
}

/** The models of one worker thread. Detectors are shared by the pipelines that start with them. */
export class WorkerHost {
  private readonly served = new Map<string, Served>();
  private readonly detectors = new Map<string, Promise<Ssd>>();
  private provider: Provider = 'cpu';

  constructor(private readonly settings: WorkerSettings) {}

  /** Loads a model and says which execution provider took it. @throws AppError `model-failed` */
  async load(spec: ModelSpec, files: PreparedModel, atlases: GlyphAtlas[]): Promise<Provider> {
    this.served.set(spec.id, { spec, model: await this.open(spec, files), atlases });
    return this.provider;
  }

  /** Decodes a picture for a model. May be called while another is run. @throws AppError `damaged-picture` */
  async decode(id: string, frame: WorkerFrame): Promise<DecodedFrame> {
    return decodeFrame(frame, this.servedAs(id).spec, this.settings.maxPixels);
  }

  /** Runs a model on several pictures at once. */
  async run(id: string, frames: readonly DecodedFrame[]): Promise<HostAnswer[]> {
    const served = this.servedAs(id);
    const start = performance.now();
    const spent: Spent = { inferenceMs: 0, postprocessMs: 0 };
    const founds = await served.model.find(frames.map(toTask), spent);
    const inferenceMs = spent.inferenceMs / frames.length;
    const around = (performance.now() - start - spent.inferenceMs) / frames.length;
    return frames.map((frame, i) => {
      const answer = finish(frame, founds[i], served);
      return { ...answer, inferenceMs, postprocessMs: answer.postprocessMs + around };
    });
  }

  private servedAs(id: string): Served {
    const served = this.served.get(id);
    if (!served) throw new Error(`the worker was asked to run ${id}, which it has not loaded`);
    return served;
  }

  private async open(spec: ModelSpec, files: PreparedModel): Promise<LoadedModel> {
    switch (spec.family) {
      case 'ssd':
        return this.detector(spec, files.detector);
      case 'box-to-mask':
        return new BoxToMask(await this.detector(spec.detector, files.detector), await this.network(files.files.masks));
      case 'mobile-sam':
        return new MobileSam(
          spec,
          await this.detector(spec.detector, files.detector),
          await this.network(files.files.encoder),
          await this.network(files.files.decoder),
        );
    }
  }

  private detector(spec: SsdSpec, files: DetectorFiles): Promise<Ssd> {
    const known = this.detectors.get(spec.id);
    if (known) return known;
    const opened = this.openDetector(spec, files);
    this.detectors.set(spec.id, opened);
    opened.catch(() => this.detectors.delete(spec.id));
    return opened;
  }

  private async openDetector(spec: SsdSpec, files: DetectorFiles): Promise<Ssd> {
    const bytes = new Uint8Array(await readFile(files.anchors));
    return new Ssd(spec, await this.network(files.network), new Float32Array(bytes.buffer));
  }

  private async network(path: string): Promise<Network> {
    const { network, provider } = await openNetwork(path, this.settings.providers, this.settings.threads);
    this.provider = provider;
    return network;
  }
}

function toTask({ input, image, picture, threshold, classIds, masks, draw }: DecodedFrame): Task {
  return { input, image, picture, threshold, classIds, masks: masks !== 'none' || draw };
}

/** The answer in the words of the contract, and the picture with its objects drawn in. */
function finish(frame: DecodedFrame, founds: readonly Found[], { spec, atlases }: Served): HostAnswer {
  const { labels } = spec;
  const { decodeMs } = frame;
  const start = performance.now();
  const objects = founds.map((found) => toObject(found, labels[found.classId], frame));
  const written = performance.now();
  const drawn = frame.draw && frame.image ? draw(frame.image, founds, labels, atlases) : undefined;
  const postprocessMs = written - start;
  return { objects, drawn, decodeMs, inferenceMs: 0, postprocessMs, drawMs: performance.now() - written };
}

function draw(image: RgbImage, founds: readonly Found[], labels: string[], atlases: GlyphAtlas[]): RgbImage {
  const wanted = Math.max(image.width, image.height) / 45;
  const atlas = atlases.find(({ height }) => height >= wanted) ?? atlases[atlases.length - 1];
  drawObjects(
    image,
    founds.map((found) => ({ ...found, label: labels[found.classId] })),
    atlas,
  );
  return image;
}
