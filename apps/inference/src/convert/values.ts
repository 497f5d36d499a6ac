import type { Kernel } from './kernels.js';

/** A value that the ONNX graph has. `shape` is always TensorFlow's: channels last, the batch first. */
export interface Tensor {
  kind: 'tensor';
  name: string;
  shape: readonly number[];
  /** A picture, which ONNX carries as [n, channels, height, width], or a value as TensorFlow has it. */
  layout: 'channels-first' | 'as-is';
}

/** A convolution not yet written, because what follows it may still be folded into its kernel. */
export interface Convolution {
  kind: 'convolution';
  name: string;
  shape: readonly number[];
  input: Tensor;
  kernel: Kernel;
  attributes: { strides: number[]; dilations: number[]; pads: number[]; group: number };
}

/** A convolution plus another value, not yet written: a shift that follows goes into the convolution's bias. */
interface Sum {
  kind: 'sum';
  name: string;
  shape: readonly number[];
  convolution: Convolution;
  other: Tensor;
}

export type Value = Tensor | Convolution | Sum;
