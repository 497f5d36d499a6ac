import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parity } from '../../../../test/support/parity.js';
import { readRgb } from '../../../../test/support/pictures.js';
import { letterbox } from '../geometry/letterbox.js';
import { modelZooSize, paddedSize, samSize, torchvisionSize } from '../geometry/model-size.js';
import type { RgbImage, Size } from '../types.js';
import { shrinkArea } from './area.js';
import { resizeRgb } from './bilinear.js';
import { resizeToPlanar, standardisation, UNIT, type Normalisation, type Plane } from './planar.js';

interface Statistics {
  mean: number[];
  std: number[];
}

interface Expected {
  pictures: ({ picture: string; width: number; height: number } & Record<
    'yolo640' | 'yolo320' | 'rcnn320' | 'sam1024' | 'zooMaskRcnn',
    Statistics
  >)[];
}

const { pictures } = parity<Expected>('letterbox/expected.json');
const IMAGENET = [0.485, 0.456, 0.406] as const;
const IMAGENET_STD = [0.229, 0.224, 0.225] as const;
const times255 = ([r, g, b]: readonly [number, number, number]): [number, number, number] => [
  r * 255,
  g * 255,
  b * 255,
];

function planeOf({ width, height }: Size, filler = 0): Plane {
  return { data: new Float32Array(3 * width * height).fill(filler), offset: 0, width, height };
}

function toCorner(image: RgbImage, size: Size, canvas: Size, normalisation: Normalisation): Plane {
  const plane = planeOf(canvas);
  resizeToPlanar(image, size.width, size.height, normalisation, plane);
  return plane;
}

function toLetterbox(image: RgbImage, side: number): Plane {
  const { resized, left, top } = letterbox(image, { width: side, height: side });
  const plane = planeOf({ width: side, height: side }, 114 / 255);
  resizeToPlanar(image, resized.width, resized.height, UNIT, plane, left, top);
  return plane;
}

function expectStatistics({ data }: Plane, { mean, std }: Statistics, unit: number, order = [0, 1, 2]): void {
  const count = data.length / 3;
  order.forEach((channel, i) => {
    const values = data.subarray(channel * count, (channel + 1) * count);
    const average = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / count;
    expect(Math.abs(average - mean[i])).toBeLessThanOrEqual(0.004 * unit);
    expect(Math.abs(Math.sqrt(variance) - std[i])).toBeLessThanOrEqual(0.01 * unit);
  });
}

const pixels = fc.record({
  width: fc.integer({ min: 1, max: 12 }),
  height: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(),
});

function noise({ width, height, seed }: Size & { seed: number }): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => ((i + 1) * (seed + 7919)) % 251);
  return { data, width, height };
}

describe('resizing into a tensor', () => {
  it.each(pictures)('gives the statistics of the reference implementations: $picture', async (wanted) => {
    const image = await readRgb(wanted.picture);
    expectStatistics(toLetterbox(image, 640), wanted.yolo640, 1);
    expectStatistics(toLetterbox(image, 320), wanted.yolo320, 1);
    const shortest = torchvisionSize(image, 320, 640);
    const imagenet = standardisation(times255(IMAGENET), times255(IMAGENET_STD));
    expectStatistics(toCorner(image, shortest, paddedSize(shortest), imagenet), wanted.rcnn320, 4.4);
    const sam = standardisation([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]);
    expectStatistics(toCorner(image, samSize(image), { width: 1024, height: 1024 }, sam), wanted.sam1024, 4.4);
    const zoo: Normalisation = { scale: [1, 1, 1], shift: [-122.7717, -115.9465, -102.9801] };
    const size = modelZooSize(image);
    expectStatistics(toCorner(image, size, paddedSize(size), zoo), wanted.zooMaskRcnn, 255, [2, 1, 0]);
  });

  it.each(pictures)('gives the letterboxed reference picture: $picture', async ({ picture }) => {
    const found = toLetterbox(await readRgb(picture), 320);
    const wanted = await readRgb(`parity/letterbox/${picture.replace(/\.\w+$/, '')}-yolo320.png`);
    let difference = 0;
    for (let i = 0; i < 320 * 320 * 3; i++) {
      const level = Math.round(found.data[(i % 3) * 320 * 320 + Math.floor(i / 3)] * 255);
      difference += Math.abs(level - wanted.data[i]);
    }
    expect(difference / wanted.data.length).toBeLessThanOrEqual(0.25);
  });
});

describe('resizing to a picture', () => {
  it('leaves a picture of the same size as it is, either way', () => {
    fc.assert(
      fc.property(pixels, (given) => {
        const image = noise(given);
        const { width, height } = image;
        expect(resizeRgb(image, width, height).data).toEqual(image.data);
        expect(shrinkArea(image, 0, 0, width, height, width, height).data).toEqual(image.data);
      }),
    );
  });

  it('averages what each pixel covers when it shrinks', () => {
    fc.assert(
      fc.property(pixels, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), (given, across, down) => {
        const image = noise(given);
        const [width, height] = [Math.min(across, image.width), Math.min(down, image.height)];
        const found = shrinkArea(image, 0, 0, image.width, image.height, width, height);
        found.data.forEach((value, i) => {
          const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
          expect(Math.abs(value - covered(image, x, y, width, height, i % 3))).toBeLessThanOrEqual(0.51);
        });
      }),
    );
  });

  it('looks at the part asked for only', () => {
    const image = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i * 10) };
    expect([...shrinkArea(image, 1, 1, 2, 1, 1, 1).data]).toEqual([135, 145, 155]);
  });

  it('interpolates between pixel centres when it enlarges', () => {
    const image = { width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 100, 200, 40) };
    expect([...resizeRgb(image, 4, 1).data]).toEqual([0, 0, 0, 25, 50, 10, 75, 150, 30, 100, 200, 40]);
  });
});

/** The mean of what one target pixel covers, straight from the definition. */
function covered(image: RgbImage, x: number, y: number, width: number, height: number, channel: number): number {
  const overlap = (from: number, to: number, pixel: number): number =>
    Math.max(0, Math.min(to, pixel + 1) - Math.max(from, pixel));
  const [scaleX, scaleY] = [image.width / width, image.height / height];
  let sum = 0;
  for (let row = 0; row < image.height; row++) {
    for (let column = 0; column < image.width; column++) {
      const share = overlap(x * scaleX, (x + 1) * scaleX, column) * overlap(y * scaleY, (y + 1) * scaleY, row);
      sum += share * image.data[(row * image.width + column) * 3 + channel];
    }
  }
  return sum / (scaleX * scaleY);
}
