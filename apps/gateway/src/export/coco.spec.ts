import { describe, expect, it } from '@jest/globals';
import type { RleMaskV1 } from '@kadr/contracts';
import { mergeRles, polygonToRle, rleIou } from '@kadr/vision';
import { parity } from '../../../../test/support/parity.js';
import { writeCoco } from './coco.js';
import { Labels } from './data-set.js';
import type { ExportedPicture } from './data-set.js';
import { polygonsOf } from './masks.js';
import { CLASSES, asStored, referencePictures, resultOf, textOf } from './parity.fixtures.js';

interface Coco {
  categories: object[];
  annotations: { image_id: number; segmentation: number[][] | object }[];
}

const coco = async (pictures: ExportedPicture[], classes = CLASSES): Promise<Coco> =>
  JSON.parse(await textOf(writeCoco(asStored(pictures), new Labels(classes)))) as Coco;

/** Outlines are compared by what they enclose. */
const withoutOutlines = ({ annotations, ...rest }: Coco): object => ({
  ...rest,
  annotations: annotations.map((one) => ({
    ...one,
    segmentation: Array.isArray(one.segmentation) ? one.segmentation.length : one.segmentation,
  })),
});

describe('COCO', () => {
  it('is what supervision writes of boxes', async () => {
    expect(await coco(referencePictures())).toEqual(parity('export/boxes.coco.json'));
  });

  it.each([
    ['RLE', (mask: RleMaskV1) => mask],
    ['polygons', (mask: RleMaskV1) => ({ polygons: polygonsOf(mask) })],
  ])('is what supervision writes of masks given as %s', async (_form, maskOf) => {
    const pictures = referencePictures(maskOf);
    const written = await coco(pictures);
    expect(withoutOutlines(written)).toEqual(withoutOutlines(parity<Coco>('export/masks.coco.json')));
    const masks = referencePictures((mask) => mask).flatMap(({ result }) => result.objects.map(({ mask }) => mask));
    for (const [index, { image_id, segmentation }] of written.annotations.entries()) {
      if (!Array.isArray(segmentation)) continue;
      const { width, height } = pictures[image_id - 1].result.image;
      const filled = polygonToRle(segmentation[0] as number[], width, height);
      expect(rleIou(filled, masks[index] as RleMaskV1)).toBe(1);
    }
  });

  it('writes a mask of two parts, and an empty one', async () => {
    const image = { width: 10, height: 8 };
    const parts = [polygonToRle([1, 1, 3, 1, 3, 3, 1, 3], 10, 8), polygonToRle([5, 5, 8, 5, 8, 7, 5, 7], 10, 8)];
    const object = { label: 'cup', classId: 1, score: 1, box: { x: 1, y: 1, width: 7, height: 6 } };
    const objects = [
      { ...object, mask: mergeRles(parts, 'union') },
      { ...object, mask: { polygons: [] } },
    ];
    const { annotations } = await coco([{ name: 'a.jpg', result: resultOf(0, image, objects) }]);
    expect(annotations).toMatchObject([
      { id: 1, iscrowd: true, segmentation: { size: [8, 10], counts: [9, 2, 6, 2, 26, 2, 6, 2, 6, 2, 17] } },
      { id: 2, iscrowd: false, segmentation: [] },
    ]);
  });

  it('takes the categories from the results when the model is not known', async () => {
    expect((await coco(referencePictures(), [])).categories).toHaveLength(3);
    const object = { label: 'dog', classId: 1, score: 1, box: { x: 0, y: 0, width: 1, height: 1 } };
    const dog = resultOf(0, { width: 1, height: 1 }, [object]);
    expect((await coco([{ name: 'a', result: dog }], [])).categories).toMatchObject([
      { id: 0, name: 'class 0' },
      { id: 1, name: 'dog' },
    ]);
  });

  it('is a document without pictures too', async () => {
    expect(await coco([])).toMatchObject({ images: [], annotations: [], categories: [{}, {}, {}] });
  });
});
