/** What a convolution does to one side of a picture. */
export interface Window {
  size: number;
  kernel: number;
  stride: number;
  dilation: number;
}

/** Pixels to add before and after, and the size that comes out. */
export interface Padded {
  before: number;
  after: number;
  output: number;
}

/** TensorFlow's SAME: output is size / stride rounded up; an odd pixel of padding goes after. */
export function samePadding({ size, kernel, stride, dilation }: Window): Padded {
  const output = Math.ceil(size / stride);
  const reach = (kernel - 1) * dilation + 1;
  const total = Math.max(0, (output - 1) * stride + reach - size);
  const before = Math.floor(total / 2);
  return { before, after: total - before, output };
}

/** TensorFlow's VALID: only windows that lie within. */
export function validPadding({ size, kernel, stride, dilation }: Window): Padded {
  const reach = (kernel - 1) * dilation + 1;
  return { before: 0, after: 0, output: Math.max(0, Math.ceil((size - reach + 1) / stride)) };
}
