import { readFileSync } from 'node:fs';

/** An array as numpy saved it. */
export interface NpyArray {
  shape: number[];
  data: Float32Array;
}

/**
 * Reads a `.npy` file (format 1.0, C order, little-endian float32).
 *
 * @throws Error when it holds anything else
 */
export function readNpy(path: string): NpyArray {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  if (!header.includes("'<f4'") || !header.includes("'fortran_order': False")) {
    throw new Error(`${path} holds no C-order float32 array: ${header}`);
  }
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '';
  const body = Uint8Array.from(bytes.subarray(start));
  return {
    shape: shape
      .split(',')
      .filter((part) => part.trim())
      .map(Number),
    data: new Float32Array(body.buffer),
  };
}
