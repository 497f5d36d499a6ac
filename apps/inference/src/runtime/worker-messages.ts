import type { GlyphAtlas, RgbImage, Size } from '@kadr/vision';
import type { MaskFormat, ObjectV1 } from '@kadr/contracts';
import type { ErrorKind } from '@kadr/errors';
import type { ModelSpec } from '../catalogue/model-spec.js';
import type { PreparedModel } from '../weights/prepared-model.js';
import type { Provider } from './providers.js';

/** What a worker thread is started with. */
export interface WorkerSettings {
  threads: number;
  providers: Provider[];
  maxPixels: number;
}

/** A picture for a model, as a worker gets it. */
export interface WorkerFrame {
  /** Upright, sRGB. Moved to the worker, not copied. */
  jpeg: Uint8Array<ArrayBuffer>;
  /** Size of the upright picture. */
  picture: Size;
  threshold: number;
  classIds?: number[];
  masks: MaskFormat;
  /** Draw the objects into the picture and give it back as a JPEG. */
  draw: boolean;
}

/** A frame that its worker has decoded. */
export interface DecodedFrame extends Omit<WorkerFrame, 'jpeg'> {
  /** Squeezed to the size of the detector's input. */
  input: RgbImage;
  /** Shrunk if less will do; left out where only boxes are wanted. */
  image?: RgbImage;
  decodeMs: number;
}

/** What became of one frame of a run. */
export interface WorkerAnswer {
  objects: ObjectV1[];
  /** JPEG. */
  annotated?: Uint8Array;
  decodeMs: number;
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
  kind: ErrorKind;
  code: string;
  message: string;
}

/** `stop` has no answer: the thread ends when it has done what it was asked before. */
export type WorkerRequest = (WorkerTask & { id: number }) | { kind: 'stop' };

/** The answer to a request: the provider that a model was loaded with, or of each frame what became of it. */
export type WorkerReply = {
  id: number;
  error?: WorkerError;
  provider?: Provider;
  answers?: (WorkerAnswer | WorkerError)[];
};
