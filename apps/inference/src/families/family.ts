import type { Box, RegionMask, RgbImage, Size } from '@kadr/vision';

/** A tensor as families see it. */
export interface Tensor {
  data: Float32Array;
  dims: readonly number[];
}

/** A loaded network. Not to be run twice at once. */
export interface Network {
  run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>>;
}

/** A decoded picture and what is asked of it. */
export interface Task {
  /** The whole picture squeezed to the size of the detector's input. */
  input: RgbImage;
  /** For masks; may be shrunk, while boxes and masks are in pixels of `picture`. */
  image?: RgbImage;
  /** Size of the upright picture. */
  picture: Size;
  /** Least score. */
  threshold: number;
  /** Classes to keep; all when left out. */
  classIds?: readonly number[];
  /** Whether masks are wanted, for an answer or for drawing. */
  masks: boolean;
}

/** One thing found. */
export interface Found {
  classId: number;
  score: number;
  /** In pixels of the picture, within it. */
  box: Box;
  mask?: RegionMask;
}

/** Time spent in networks and around them, in milliseconds. */
export interface Spent {
  inferenceMs: number;
  postprocessMs: number;
}

/** A model of some family, loaded: pictures in, things found in each out, best first. */
export interface LoadedModel {
  find(tasks: readonly Task[], spent: Spent): Promise<Found[][]>;
}

/** Runs a network and adds the time to `spent`. */
export async function timed(
  network: Network,
  inputs: Record<string, Tensor>,
  spent: Spent,
): Promise<Record<string, Tensor>> {
  const start = performance.now();
  const outputs = await network.run(inputs);
  spent.inferenceMs += performance.now() - start;
  return outputs;
}
