import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { RegionMask, RgbImage } from '../types.js';
import { classColour, textColour } from './colour.js';
import { drawObjects, type DrawnObject } from './draw-objects.js';
import type { GlyphAtlas } from './glyph-atlas.js';
import { drawMask } from './mask.js';
import { drawText, fillRect } from './shapes.js';

const GREY = 100;

function grey(width: number, height: number): RgbImage {
  return { data: new Uint8Array(width * height * 3).fill(GREY), width, height };
}

function pixel({ data, width }: RgbImage, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

/** Every character 4×6 and opaque. */
const atlas: GlyphAtlas = {
  height: 6,
  glyphs: new Map(
    'cat 0123456789%'.split('').map((character) => [character, { width: 4, alpha: new Uint8Array(24).fill(255) }]),
  ),
};

function solid(x: number, y: number, width: number, height: number): RegionMask {
  return { x, y, width, height, data: new Uint8Array(width * height).fill(1) };
}

function cat(x: number, y: number, width: number, height: number, mask?: RegionMask): DrawnObject {
  return { classId: 3, label: 'cat', score: 0.9, box: { x, y, width, height }, mask };
}

describe('drawMask', () => {
  it('lays the colour over what is set, with a contour inside the edge, and leaves the rest alone', () => {
    const image = grey(40, 30);
    drawMask(image, solid(5, 4, 20, 10), [200, 0, 100], 0.5, 2);
    expect(pixel(image, 4, 4)).toEqual([GREY, GREY, GREY]);
    expect(pixel(image, 25, 13)).toEqual([GREY, GREY, GREY]);
    for (const [x, y] of [
      [5, 4],
      [6, 8],
      [23, 8],
      [15, 5],
      [15, 12],
    ])
      expect(pixel(image, x, y)).toEqual([200, 0, 100]);
    expect(pixel(image, 15, 8)).toEqual([150, 50, 100]);
  });

  it('gives the same wherever the pixels lie in memory', () => {
    const mask = fc.record({
      x: fc.integer({ min: -9, max: 30 }),
      y: fc.integer({ min: -9, max: 20 }),
      width: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(999),
    });
    fc.assert(
      fc.property(mask, fc.double({ min: 0, max: 1, noNaN: true }), ({ x, y, width, seed }, opacity) => {
        const data = Uint8Array.from({ length: width * 12 }, (_, i) => ((i * 31 + seed) % 7 > 1 ? 1 : 0));
        const levels = Uint8Array.from({ length: 33 * 21 * 3 }, (_, i) => (i * 89) % 256);
        const aligned = { data: levels.slice(), width: 33, height: 21 };
        const shifted = { data: new Uint8Array(levels.length + 1).subarray(1), width: 33, height: 21 };
        shifted.data.set(levels);
        for (const image of [aligned, shifted])
          drawMask(image, { x, y, width, height: 12, data }, [255, 128, 3], opacity, 1);
        expect(aligned.data).toEqual(Uint8Array.from(shifted.data));
      }),
    );
  });

  it('never passes black or white', () => {
    const image = { data: new Uint8Array(48).fill(255), width: 16, height: 1 };
    drawMask(image, solid(0, 0, 16, 1), [255, 255, 0], 0.45, 0);
    expect(pixel(image, 8, 0)[0]).toBeGreaterThan(252);
    expect(pixel(image, 8, 0)[2]).toBe(140);
  });
});

describe('drawObjects', () => {
  it('draws box, mask and a label above the box', () => {
    const image = grey(100, 60);
    drawObjects(image, [cat(20, 20, 40, 30, solid(25, 25, 20, 20))], atlas);
    const colour = classColour(3);
    expect(pixel(image, 20, 20)).toEqual(colour);
    expect(pixel(image, 59, 49)).toEqual(colour);
    expect(pixel(image, 60, 50)).toEqual([GREY, GREY, GREY]);
    expect(pixel(image, 35, 35)).not.toEqual([GREY, GREY, GREY]);
    expect(pixel(image, 20, 15)).toEqual(colour);
    expect(pixel(image, 22, 15)).toEqual(textColour(colour));
    expect(pixel(image, 20, 13)).toEqual([GREY, GREY, GREY]);
  });

  it('puts the label inside a box at the upper border, and within the picture at the right one', () => {
    const image = grey(60, 40);
    drawObjects(image, [cat(50, 0, 30, 30)], atlas);
    expect(pixel(image, 59 - 7 * 4 - 1, 3)).toEqual(classColour(3));
    expect(pixel(image, 57, 5)).toEqual(textColour(classColour(3)));
  });

  it('lays the first object over the others', () => {
    const image = grey(60, 40);
    drawObjects(image, [cat(20, 20, 20, 10), { ...cat(20, 20, 20, 10), classId: 8 }], atlas);
    expect(pixel(image, 20, 25)).toEqual(classColour(3));
  });

  it('stays within the picture for any box and any mask', () => {
    const coordinate = fc.oneof(
      fc.double({ min: -80, max: 80 }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e9, -1e9),
    );
    const region = fc.record({
      x: fc.integer({ min: -30, max: 60 }),
      y: fc.integer({ min: -30, max: 60 }),
      width: fc.nat(30),
      height: fc.nat(30),
    });
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, region, (x, y, width, height, at) => {
        const around = 1000;
        const memory = new Uint8Array(20 * 15 * 3 + 2 * around).fill(1);
        const image = { data: memory.subarray(around, -around), width: 20, height: 15 };
        drawObjects(image, [cat(x, y, width, height, solid(at.x, at.y, at.width, at.height))], atlas);
        expect(memory.subarray(0, around).every((value) => value === 1)).toBe(true);
        expect(memory.subarray(-around).every((value) => value === 1)).toBe(true);
      }),
    );
  });

  it('leaves out an object whose box is no numbers, and a score that is none', () => {
    const image = grey(60, 40);
    drawObjects(image, [cat(Number.NaN, 0, 5, 5)], atlas);
    expect(image).toEqual(grey(60, 40));
    drawObjects(image, [{ ...cat(10, 20, 30, 10), score: Number.NaN }], atlas);
    expect(pixel(image, 10 + 3 * 4 + 2, 16)).toEqual([GREY, GREY, GREY]);
  });
});

describe('shapes', () => {
  it('fills nothing for a rectangle without area or outside', () => {
    const image = grey(4, 4);
    fillRect(image, 1, 1, 0, 3, [0, 0, 0]);
    fillRect(image, 9, 1, 3, 3, [0, 0, 0]);
    fillRect(image, 1, 1, -3, 3, [0, 0, 0]);
    expect(image).toEqual(grey(4, 4));
  });

  it('blends glyphs by their opacity, and shows what it lacks as a question mark or not at all', () => {
    const glyphs = new Map([['a', { width: 1, alpha: Uint8Array.of(51) }]]);
    const image = grey(4, 1);
    drawText(image, 0, 0, 'xa', [200, 100, 0], { height: 1, glyphs });
    expect([pixel(image, 0, 0), pixel(image, 1, 0)]).toEqual([
      [120, 100, 80],
      [GREY, GREY, GREY],
    ]);
    glyphs.set('?', { width: 1, alpha: Uint8Array.of(255) });
    drawText(image, 2, 0, 'é', [1, 2, 3], { height: 1, glyphs });
    expect(pixel(image, 2, 0)).toEqual([1, 2, 3]);
  });
});
