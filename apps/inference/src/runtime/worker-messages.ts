import type { GlyphAtlas, RgbImage, Size } from '@kadr/vision';
import type { MaskFormat, ObjectV1 } from '@kadr/contracts';
import type { ModelSpec } from '../catalogue/model-spec.js';
import type { PreparedModel } from '../weights/prepared-model.js';
import type { Provider } from './providers.js';

/** What a worker thread is started with. */
export interface WorkerSettings {
  threads: number;
  providers: Provider[];
}

/** A picture for a model, as a worker gets it; the pixels are moved, not copied. */
export interface WorkerFrame {
  /** Squeezed to the size of the detector's input. */
  input: RgbImage;
  /** Decoded, and shrunk if less will do; left out where only boxes are wanted. */
  image?: RgbImage;
  /** Size of the upright picture. */
  picture: Size;
  threshold: number;
  classIds?: number[];
  masks: MaskFormat;
  /** Draw the objects into `image` and give it back as a JPEG. */
  draw: boolean;
}

/** What became of one frame of a run. */
export interface WorkerAnswer {
  objects: ObjectV1[];
  /** JPEG. */
  annotated?: Uint8Array;
  inferenceMs: number;
  postprocessMs: number;
  drawMs: number;
}

/** What a worker is asked to do. */
export type WorkerTask =
  | { kind: 'load'; spec: ModelSpec; files: PreparedModel; atlases: GlyphAtlas[] }
  | { kind: 'run'; model: string; frames: WorkerFrame[] };

/** An error as it crosses threads. */
export interface WorkerError {
  kind: string;
  code: string;
  message: string;
}

/** `stop` has no answer: the thread ends when it has done what it was asked before. */
export type WorkerRequest = (WorkerTask & { id: number }) | { kind: 'stop' };

/** The answer to a request: the provider that a model was loaded with, or what became of each frame. */
export type WorkerReply = { id: number; error?: WorkerError; provider?: Provider; answers?: WorkerAnswer[] };
