import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JobV1, ObjectV1, ProblemDto } from '@kadr/contracts';
import { fromBufferPromise } from 'yauzl';
import { call, form } from '../../../test/support/http.js';
import { eventually } from '../../../test/support/kadr.js';
import { failureOf, resultOf } from './support/fake-inference.js';
import type { Behaviour } from './support/fake-inference.js';
import { startGateway } from './support/gateway.js';
import type { TestGateway } from './support/gateway.js';
import { picture } from './support/pictures.js';

const CAT: ObjectV1 = { label: 'cat', classId: 1, score: 0.9, box: { x: 8, y: 6, width: 16, height: 12 } };
const MASKED: ObjectV1 = Object.assign({}, CAT, { mask: { polygons: [[8, 6, 24, 6, 24, 18, 8, 18]] } });

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  await gateway.inference.announce({});
  await eventually(
    () => call<{ models: unknown[] }>(`${gateway.url}/v1/models`),
    ({ body }) => body.models.length === 1,
  );
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.inference.behaviour = finding(CAT);
});

function finding(...objects: ObjectV1[]): Behaviour {
  return (frame) => {
    const outcome = resultOf(frame);
    if (outcome.type === 'kadr.result.v1') outcome.result.objects = objects;
    return outcome;
  };
}

/** A job of pictures with these names, at its end. */
async function jobOf(names: string[], wait = 10): Promise<string> {
  const files = await Promise.all(names.map(async (name, seed) => ({ name, data: await picture(seed) })));
  const init = { method: 'POST', body: form(files), headers: { prefer: `wait=${wait}` } };
  return (await call<JobV1>(`${gateway.url}/v1/jobs`, init)).body.id;
}

const exported = (id: string, query: string): Promise<Response> => fetch(`${gateway.url}/v1/jobs/${id}/export${query}`);
const refused = (id: string, query: string) => call<ProblemDto>(`${gateway.url}/v1/jobs/${id}/export${query}`);

async function unzipped(response: Response): Promise<Record<string, string>> {
  const zip = await fromBufferPromise(Buffer.from(await response.arrayBuffer()));
  const files: Record<string, string> = {};
  for await (const entry of zip.eachEntry()) {
    const stream = await zip.openReadStreamPromise(entry);
    stream.setEncoding('latin1');
    files[entry.fileName] = await text(stream);
  }
  return files;
}

describe('GET /v1/jobs/{id}/export', () => {
  it('gives COCO: the originals by name, the categories of the model', async () => {
    const id = await jobOf(['a.png', 'b.jpg']);
    const response = await exported(id, '?format=coco');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('content-disposition')).toContain(`kadr-${id}.coco.json`);
    expect(await response.json()).toMatchObject({
      images: [
        { id: 1, file_name: 'a.png', width: 32, height: 24 },
        { id: 2, file_name: 'b.jpg', width: 32, height: 24 },
      ],
      annotations: [
        { id: 1, image_id: 1, category_id: 1, bbox: [8, 6, 16, 12] },
        { id: 2, image_id: 2, category_id: 1, bbox: [8, 6, 16, 12] },
      ],
      categories: [
        { id: 0, name: 'person' },
        { id: 1, name: 'cat' },
      ],
    });
  });

  it('gives CSV of more results than are read at once', async () => {
    const id = await jobOf(Array.from({ length: 120 }, (_, index) => `${index}.jpg`));
    const response = await exported(id, '?format=csv');
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(121);
    expect(lines[120]).toBe('8.0,6.0,24.0,18.0,1,0.9,,119,cat,119.jpg');
  });

  it('gives YOLO: pictures and labels in pairs, under names that are all different', async () => {
    gateway.inference.behaviour = (frame) => finding(frame.sequence === 0 ? CAT : MASKED)(frame);
    const response = await exported(await jobOf(['cat.jpg', '../cat.png']), '?format=yolo');
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(await unzipped(response)).toEqual({
      'images/cat.jpg': (await picture(0)).toString('latin1'),
      'labels/cat.txt': '1 0.50000 0.50000 0.50000 0.50000\n',
      'images/cat (2).jpg': (await picture(1)).toString('latin1'),
      'labels/cat (2).txt': '1 0.25000 0.25000 0.75000 0.25000 0.75000 0.75000 0.25000 0.75000\n',
      'data.yaml': 'train: images\nval: images\nnc: 2\nnames: ["person", "cat"]\n',
    });
  });

  it('leaves out pictures that failed', async () => {
    gateway.inference.behaviour = (frame) =>
      frame.sequence === 0 ? failureOf(frame, 'inference-failed') : finding(CAT)(frame);
    const id = await jobOf(['bad.jpg', 'good.jpg']);
    expect(Object.keys(await unzipped(await exported(id, '?format=yolo')))).toEqual([
      'images/good.jpg',
      'labels/good.txt',
      'data.yaml',
    ]);
    expect(await (await exported(id, '?format=coco')).json()).toMatchObject({
      images: [{ id: 1, file_name: 'good.jpg' }],
      annotations: [{ image_id: 1 }],
    });
  });

  it.each(['coco', 'yolo', 'csv'])('waits with %s until the job has ended', async (format) => {
    gateway.inference.behaviour = () => undefined;
    const { body } = await refused(await jobOf(['a.jpg'], 0), `?format=${format}`);
    expect(body).toMatchObject({ status: 409, code: 'job-not-finished' });
  });

  it.each(['', '?format=voc'])('names the formats when asked for "%s"', async (query) => {
    const { body } = await refused(await jobOf(['a.jpg']), query);
    expect(body).toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors: [{ field: 'format', message: 'must be one of coco, yolo, csv' }],
    });
  });

  it('knows no job that is not there', async () => {
    expect((await refused('nothing', '?format=csv')).body).toMatchObject({ status: 404, code: 'not-found' });
  });
});
