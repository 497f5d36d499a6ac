import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One thing that is measured: a picture, a model, and what is asked of it. */
export interface Scenario {
  name: string;
  model: string;
  annotate: boolean;
  jpeg: Buffer;
  width: number;
  height: number;
}

const PICTURES = [
  { file: 'street-1280x720.jpg', model: 'objects-fast', width: 1280, height: 720 },
  { file: 'pedestrians.jpg', model: 'objects', width: 768, height: 576 },
];

/** Each model with JSON answers and with annotated JPEGs. */
export async function scenarios(root: string): Promise<Scenario[]> {
  const read = PICTURES.map(async ({ file, model, width, height }) => {
    const jpeg = await readFile(join(root, 'test/fixtures', file));
    return [false, true].map((annotate) => ({
      name: `${model} ${width}x${height} ${annotate ? 'annotated' : 'JSON'}`,
      model,
      annotate,
      jpeg,
      width,
      height,
    }));
  });
  return (await Promise.all(read)).flat();
}
