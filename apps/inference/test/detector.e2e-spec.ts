import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { boxIou, decodeSsd, nmsByClass, pickCandidates } from '@kadr/vision';
import type { Box } from '@kadr/vision';
import { Catalogue } from '../src/catalogue/catalogue.js';
import type { SsdSpec } from '../src/catalogue/model-spec.js';
import { ModelPreparer } from '../src/weights/model-preparer.js';

interface Golden {
  image: { width: number; height: number };
  objects: { label: string; score: number; box: Box }[];
}

const FIXTURES = 'test/fixtures';
const PICTURES = ['apple.jpg', 'astronaut.png', 'chelsea.png', 'coffee.png', 'motorcycle.png'];

describe('the detector converted from its real weights', () => {
  let spec: SsdSpec;
  let session: InferenceSession;
  let anchors: Float32Array;

  beforeAll(async () => {
    spec = (await Catalogue.load('models')).get('objects-fast') as SsdSpec;
    const { detector } = await new ModelPreparer('models').prepare(spec);
    session = await InferenceSession.create(detector.network);
    anchors = new Float32Array(new Uint8Array(await readFile(detector.anchors)).buffer);
  }, 120_000);
  afterAll(() => session.release());

  /** The picture as the network wants it: 300 × 300, channels first, −1…1. */
  async function input(path: string): Promise<Float32Array> {
    const resize = sharp(path).removeAlpha().resize(300, 300, { fit: 'fill', kernel: 'lanczos3' });
    const pixels = await resize.raw().toBuffer();
    return Float32Array.from(
      { length: pixels.length },
      (_, at) => pixels[(at % 90_000) * 3 + Math.floor(at / 90_000)] / 127.5 - 1,
    );
  }

  async function detect(picture: Float32Array, { width, height }: Golden['image']): Promise<Golden['objects']> {
    const { boxes, scores } = await session.run({ images: new Tensor('float32', picture, [1, 3, 300, 300]) });
    const found = pickCandidates(scores.data as Float32Array, 91, spec.threshold);
    const decoded = decodeSsd(boxes.data as Float32Array, anchors, found.rows);
    const kept = nmsByClass(decoded, found.scores, found.classes, spec.postprocessing.iou);
    return Array.from(kept, (at) => {
      const [x1, y1, x2, y2] = decoded.subarray(at * 4, at * 4 + 4).map((value) => Math.min(1, Math.max(0, value)));
      const box = { x: x1 * width, y: y1 * height, width: (x2 - x1) * width, height: (y2 - y1) * height };
      return {
        label: spec.labels[spec.postprocessing.columns.indexOf(found.classes[at])],
        score: found.scores[at],
        box,
      };
    }).sort((a, b) => b.score - a.score);
  }

  it.each(PICTURES)('finds in %s exactly what is known to be there', async (name) => {
    const golden = JSON.parse(
      await readFile(`${FIXTURES}/golden/objects/${name.split('.')[0]}.json`, 'utf8'),
    ) as Golden;
    const found = await detect(await input(`${FIXTURES}/${name}`), golden.image);
    expect(found.map(({ label }) => label)).toEqual(golden.objects.map(({ label }) => label));
    found.forEach(({ score, box }, at) => {
      expect(score).toBeCloseTo(golden.objects[at].score, 2);
      expect(boxIou(box, golden.objects[at].box)).toBeGreaterThan(0.99);
    });
  });

  it('gives each picture of a batch what it gives it alone', async () => {
    const [one, other] = [await input(`${FIXTURES}/coffee.png`), await input(`${FIXTURES}/apple.jpg`)];
    const pictures = new Float32Array(one.length * 2);
    pictures.set(one);
    pictures.set(other, one.length);
    const both = await session.run({ images: new Tensor('float32', pictures, [2, 3, 300, 300]) });
    const alone = await session.run({ images: new Tensor('float32', other, [1, 3, 300, 300]) });
    expect([both.boxes.dims, both.scores.dims]).toEqual([
      [2, 1917, 4],
      [2, 1917, 91],
    ]);
    const second = (both.scores.data as Float32Array).subarray(1917 * 91);
    const differences = second.map((score, at) => Math.abs(score - (alone.scores.data[at] as number)));
    expect(differences.reduce((most, difference) => Math.max(most, difference), 0)).toBeLessThan(1e-4);
  });
});
