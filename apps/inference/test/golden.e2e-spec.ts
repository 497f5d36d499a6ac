import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import type { ObjectV1, RleMaskV1 } from '@kadr/contracts';
import { resizePicture } from '@kadr/media';
import { rleIou } from '@kadr/vision';
import type { Box } from '@kadr/vision';
import { Catalogue } from '../src/catalogue/catalogue.js';
import { WorkerHost } from '../src/runtime/worker-host.js';
import { ModelPreparer } from '../src/weights/model-preparer.js';

jest.setTimeout(300_000);

const ROOT = join(import.meta.dirname, '../../..');
const PICTURES = ['apple.jpg', 'astronaut.png', 'chelsea.png', 'coffee.png', 'motorcycle.png'];
/** Narrower objects have so few pixels that one on the edge counts for more. */
const NARROW = 40;

let host: WorkerHost;

beforeAll(async () => {
  host = new WorkerHost({ threads: 2, providers: ['cpu'], maxPixels: 50_000_000 });
  const catalogue = await Catalogue.load(join(ROOT, 'models'));
  const preparer = new ModelPreparer(join(ROOT, 'models'));
  for (const spec of catalogue.all()) await host.load(spec, await preparer.prepare(spec), []);
});

async function find(model: string, picture: string): Promise<ObjectV1[]> {
  const { data, info } = await sharp(join(ROOT, 'test/fixtures', picture))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const image = { data, width, height };
  const input = await resizePicture(image, { width: 300, height: 300 });
  const [answer] = await host.run(model, [
    { input, image, picture: { width, height }, threshold: 0.4, masks: 'rle', draw: false, decodeMs: 0 },
  ]);
  return answer.objects;
}

function iou(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const both = Math.max(0, width) * Math.max(0, height);
  return both / (a.width * a.height + b.width * b.height - both);
}

describe.each(['objects', 'objects-fine'])('%s finds what its prototype found', (model) => {
  it.each(PICTURES)('in %s: the same objects, boxes and masks', async (picture) => {
    const golden = join(ROOT, 'test/fixtures/golden', model, picture.replace(/\.\w+$/, '.json'));
    const { objects: wanted } = JSON.parse(await readFile(golden, 'utf8')) as { objects: ObjectV1[] };
    const found = await find(model, picture);
    expect(found.map(({ label }) => label).sort()).toEqual(wanted.map(({ label }) => label).sort());
    for (const want of wanted) {
      const same = found.filter(({ label }) => label === want.label);
      const got = same.reduce((best, object) => (iou(object.box, want.box) > iou(best.box, want.box) ? object : best));
      expect(iou(got.box, want.box)).toBeGreaterThanOrEqual(0.9);
      const overlap = rleIou(got.mask as RleMaskV1, want.mask as RleMaskV1);
      expect(overlap).toBeGreaterThanOrEqual(want.box.width < NARROW ? 0.85 : 0.9);
    }
  });
});

describe('objects-fast', () => {
  it('finds the same boxes as objects, without masks', async () => {
    const fast = await find('objects-fast', 'coffee.png');
    const masked = await find('objects', 'coffee.png');
    expect(fast).toEqual(masked.map(({ label, classId, score, box }) => ({ label, classId, score, box })));
  });
});
