import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Box, RegionMask, RgbImage } from '../types.js';
import { boxWindow, cutWindow, pasteLogits, WINDOW_LENGTH, WINDOW_SIDE } from './window.js';

const PLANE = WINDOW_SIDE * WINDOW_SIDE;

/** A picture whose red is the column and green the row, both modulo 256. */
function gradient(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set([i % width, Math.floor(i / width), 7], i * 3);
  return { data, width, height };
}

/** One colour outside a box, another inside. */
function boxPicture(width: number, height: number, { x, y, width: across, height: down }: Box): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let row = y; row < y + down; row++) {
    data.fill(255, (row * width + x) * 3, (row * width + x + across) * 3);
  }
  return { data, width, height };
}

function cut(image: RgbImage, window: Box): Float32Array {
  const out = new Float32Array(WINDOW_LENGTH);
  cutWindow(image, window, out, 0);
  return out;
}

const level = (value: number): number => ((value + 1) * 255) / 2;

const coordinate = fc.double({ min: -40, max: 140, noNaN: true });
const length = fc.double({ min: 0, max: 200, noNaN: true });
const windows = fc.record({ x: coordinate, y: coordinate, width: length, height: length });

describe('boxWindow', () => {
  it('is an eighth wider on each side', () => {
    expect(boxWindow({ x: 10, y: 20, width: 80, height: 40 })).toEqual({ x: 0, y: 15, width: 100, height: 50 });
  });
});

describe('cutWindow', () => {
  it('takes a window of the very size pixel for pixel, planar, in −1…1', () => {
    const out = cut(gradient(200, 200), { x: 20, y: 30, width: 160, height: 160 });
    expect(level(out[0])).toBeCloseTo(20, 3);
    expect(level(out[159])).toBeCloseTo(179, 3);
    expect(level(out[PLANE + 5 * WINDOW_SIDE])).toBeCloseTo(35, 3);
    expect(level(out[2 * PLANE + 77])).toBeCloseTo(7, 3);
  });

  it('samples at half-pixel centres', () => {
    const out = cut(gradient(200, 200), { x: 40, y: 40, width: 80, height: 80 });
    expect(level(out[0])).toBeCloseTo(39.75, 3);
    expect(level(out[1])).toBeCloseTo(40.25, 3);
  });

  it('keeps positions when it shrinks first', () => {
    const out = cut(gradient(250, 900), { x: 5, y: 100, width: 80, height: 800 });
    expect(level(out[2])).toBeCloseTo(5.75, 3);
    const middle = level(out[PLANE + 10 * WINDOW_SIDE]); // rows 150…155
    expect(middle).toBeGreaterThan(150.5);
    expect(middle).toBeLessThan(153.5);
  });

  it('sees thin lines of a large window by shrinking it first', () => {
    const image = boxPicture(1600, 1600, { x: 0, y: 803, width: 1600, height: 3 });
    const out = cut(image, { x: 0, y: 0, width: 1600, height: 1600 });
    const column = Array.from({ length: WINDOW_SIDE }, (_, y) => level(out[y * WINDOW_SIDE]));
    expect(Math.max(...column)).toBeGreaterThan(30);
  });

  it('repeats the border outside the picture, on every side', () => {
    const out = cut(gradient(100, 100), { x: -80, y: -80, width: 160, height: 160 });
    expect(level(out[0])).toBeCloseTo(0, 3);
    expect(level(out[PLANE - 1])).toBeCloseTo(79, 3);
    const beyond = cut(gradient(100, 100), { x: 500, y: 300, width: 500, height: 20 });
    expect(level(beyond[0])).toBeCloseTo(99, 3);
    expect(level(beyond[PLANE])).toBeCloseTo(99, 3);
  });

  it('writes from the offset on, and finite numbers within −1…1 for any window', () => {
    const image = gradient(100, 60);
    fc.assert(
      fc.property(windows, (window) => {
        const out = new Float32Array(WINDOW_LENGTH + 2).fill(9);
        cutWindow(image, window, out, 1);
        expect([out[0], out[WINDOW_LENGTH + 1]]).toEqual([9, 9]);
        expect(out.subarray(1, -1).every((value) => value >= -1 && value <= 1.000001)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

/** What each pixel's mask should be, straight from the definition. */
function plainPaste(logits: Float32Array, size: number, window: Box, x: number, y: number): number {
  const [u, v] = [(x + 0.5 - window.x) / window.width, (y + 0.5 - window.y) / window.height];
  if (u < 0 || u >= 1 || v < 0 || v >= 1) return Number.NEGATIVE_INFINITY;
  const clamp = (value: number): number => Math.max(0, Math.min(size - 1, value));
  const [column, row] = [clamp(u * size - 0.5), clamp(v * size - 0.5)];
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const at = (i: number, j: number): number => logits[Math.min(size - 1, j) * size + Math.min(size - 1, i)];
  const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
  const upper = mix(at(left, top), at(left + 1, top), column - left);
  return mix(upper, mix(at(left, top + 1), at(left + 1, top + 1), column - left), row - top);
}

function bitAt({ x, y, width, height, data }: RegionMask, column: number, row: number): number {
  const inside = column >= x && row >= y && column < x + width && row < y + height;
  return inside ? data[(row - y) * width + column - x] : 0;
}

describe('pasteLogits', () => {
  const grid = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 25, maxLength: 25 });

  it('sets what bilinear resizing puts above the threshold, and nothing outside window and picture', () => {
    fc.assert(
      fc.property(grid, windows, (values, window) => {
        const logits = Float32Array.from(values);
        const mask = pasteLogits(logits, 5, window, 90, 70);
        const wrong: number[][] = [];
        for (let y = 0; y < 70; y++) {
          for (let x = 0; x < 90; x++) {
            const wanted = plainPaste(logits, 5, window, x, y);
            if (Math.abs(wanted) > 1e-4 && bitAt(mask, x, y) !== Number(wanted > 0)) wrong.push([x, y]);
          }
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('is cropped to what is set', () => {
    const logits = new Float32Array(16).fill(-1);
    logits[5] = 9;
    const mask = pasteLogits(logits, 4, { x: 10, y: 10, width: 40, height: 40 }, 100, 100);
    const columns = Array.from({ length: mask.height }, (_, row) => mask.data[row * mask.width]);
    expect(columns).toContain(1);
    expect(mask.data.subarray(0, mask.width)).toContain(1);
  });

  it('gives an empty mask for logits below the threshold, windows outside the picture or without size, and NaN', () => {
    const high = new Float32Array(4).fill(3);
    const window = { x: 1, y: 1, width: 5, height: 5 };
    const empty = { x: 0, y: 0, width: 0, height: 0, data: new Uint8Array(0) };
    expect(pasteLogits(new Float32Array(4).fill(-3), 2, window, 10, 10)).toEqual(empty);
    expect(pasteLogits(high, 2, window, 10, 10, 4)).toEqual(empty);
    expect(pasteLogits(high, 2, { ...window, x: 20 }, 10, 10)).toEqual(empty);
    expect(pasteLogits(high, 2, { ...window, width: 0 }, 10, 10)).toEqual(empty);
    expect(pasteLogits(high, 2, { ...window, x: Number.NaN }, 10, 10)).toEqual(empty);
    expect(pasteLogits(new Float32Array(4).fill(Number.NaN), 2, window, 10, 10)).toEqual(empty);
  });

  it('puts back where it is what was cut out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 60 }),
        fc.integer({ min: 4, max: 60 }),
        fc.nat(30),
        fc.nat(30),
        (width, height, x, y) => {
          const box = { x, y, width, height };
          const window = boxWindow(box);
          const seen = cut(boxPicture(100, 100, box), window).subarray(0, PLANE);
          const mask = pasteLogits(seen, WINDOW_SIDE, window, 100, 100);
          expect(mask).toEqual({ ...box, data: new Uint8Array(width * height).fill(1) });
        },
      ),
    );
  });
});
