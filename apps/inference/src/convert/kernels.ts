/** A convolution's kernel and bias as ONNX has them: [outputs, inputs per group, height, width] and [outputs]. */
export interface Kernel {
  data: Float32Array;
  shape: [number, number, number, number];
  bias: Float32Array;
}

/** Conv2D's kernel [height, width, inputs, outputs] as ONNX's. */
export function fromConv2d(data: Float32Array, [height, width, inputs, outputs]: readonly number[]): Kernel {
  const turned = new Float32Array(data.length);
  for (let at = 0, pixel = 0; pixel < height * width; pixel++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++, at++) {
        turned[(output * inputs + input) * height * width + pixel] = data[at];
      }
    }
  }
  return { data: turned, shape: [outputs, inputs, height, width], bias: new Float32Array(outputs) };
}

/** DepthwiseConv2dNative's kernel [height, width, channels, multiplier] as ONNX's, one group a channel. */
export function fromDepthwise(data: Float32Array, [height, width, channels, multiplier]: readonly number[]): Kernel {
  const outputs = channels * multiplier;
  const turned = new Float32Array(data.length);
  for (let at = 0, pixel = 0; pixel < height * width; pixel++) {
    for (let output = 0; output < outputs; output++, at++) turned[output * height * width + pixel] = data[at];
  }
  return { data: turned, shape: [outputs, 1, height, width], bias: new Float32Array(outputs) };
}

/** The kernel whose convolution gives `factor · (convolution) + shift`, each a value a channel. */
export function fold(kernel: Kernel, factor?: ArrayLike<number>, shift?: ArrayLike<number>): Kernel {
  const area = kernel.data.length / kernel.bias.length;
  return {
    data: factor ? kernel.data.map((value, at) => value * factor[Math.floor(at / area)]) : kernel.data,
    shape: kernel.shape,
    bias: kernel.bias.map((value, channel) => value * (factor?.[channel] ?? 1) + (shift?.[channel] ?? 0)),
  };
}

/** Batch normalisation in inference as a factor and a shift a channel. */
export function batchNorm(
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  mean: ArrayLike<number>,
  variance: ArrayLike<number>,
  epsilon: number,
): { factor: Float32Array; shift: Float32Array } {
  const factor = Float32Array.from(gamma, (value, channel) => value / Math.sqrt(variance[channel] + epsilon));
  const shift = Float32Array.from(beta, (value, channel) => value - mean[channel] * factor[channel]);
  return { factor, shift };
}
