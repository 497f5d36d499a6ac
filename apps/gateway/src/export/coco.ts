import type { ObjectV1, SizeV1 } from '@kadr/contracts';
import { decodeRle, hasHole, maskToPolygons, rleRuns } from '@kadr/vision';
import { tidy } from './data-set.js';
import type { ExportedPicture, Labels } from './data-set.js';
import { rleOf } from './masks.js';

/** What the supervision library calls everything. */
const SUPERCATEGORY = 'common-objects';

interface Image {
  id: number;
  file_name: string;
  height: number;
  width: number;
}

/**
 * A data set as COCO JSON, by the conventions of the supervision library: categories count from 0, images and
 * annotations from 1, an area is that of the box, also of a mask. Annotations come first, so that only a line of each
 * picture is kept until it is written.
 */
export async function* writeCoco(pictures: AsyncIterable<ExportedPicture>, labels: Labels): AsyncGenerator<string> {
  const images: Image[] = [];
  let written = 0;
  yield '{"info":{},"licenses":[],"annotations":[';
  for await (const { name, result } of pictures) {
    const { height, width } = result.image;
    const image = { id: images.length + 1, file_name: name, height, width };
    images.push(image);
    labels.learn(result);
    for (const object of result.objects) {
      const annotation = { id: written + 1, image_id: image.id, ...cocoAnnotation(object, result.image) };
      yield `${written++ > 0 ? ',' : ''}\n${JSON.stringify(annotation)}`;
    }
  }
  yield '\n],"images":[';
  for (const [index, image] of images.entries()) yield `${index > 0 ? ',' : ''}\n${JSON.stringify(image)}`;
  const categories = labels.list().map((name, id) => ({ id, name, supercategory: SUPERCATEGORY }));
  yield `\n],"categories":${JSON.stringify(categories)}}\n`;
}

function cocoAnnotation({ classId, box, mask }: ObjectV1, image: SizeV1): object {
  return {
    category_id: classId,
    bbox: [box.x, box.y, box.width, box.height],
    area: tidy(box.width * box.height),
    ...(mask ? segmentationOf(mask, image) : { segmentation: [], iscrowd: 0 }),
  };
}

/** One outline where that says all; the run lengths of a mask with holes or of several parts, which count as a crowd. */
function segmentationOf(mask: NonNullable<ObjectV1['mask']>, image: SizeV1): object {
  const rle = rleOf(mask, image);
  const region = decodeRle(rle);
  const segmentation = maskToPolygons(region);
  if (segmentation.length <= 1 && !hasHole(region)) return { segmentation, iscrowd: false };
  return { segmentation: { counts: rleRuns(rle), size: rle.size }, iscrowd: true };
}
