import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Catalogue } from './catalogue.js';
import { modelDigest } from './model-spec.js';
import type { ModelSpec } from './model-spec.js';

type Json = Record<string, unknown>;

async function shipped(id: string): Promise<Json> {
  return JSON.parse(await readFile(join('models', id, 'model.json'), 'utf8')) as Json;
}

describe('Catalogue', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(id: string, content: unknown): Promise<void> {
    await mkdir(join(folder, id));
    await writeFile(join(folder, id, 'model.json'), typeof content === 'string' ? content : JSON.stringify(content));
  }

  async function detector(): Promise<Json> {
    return { ...(await shipped('objects-fast')), labels: Array.from({ length: 80 }, (_, at) => `thing ${at}`) };
  }

  it('reads the models that come with Kadr', async () => {
    const catalogue = await Catalogue.load('models');
    expect(catalogue.all().map(({ id, family }) => `${id} ${family}`)).toEqual([
      'objects box-to-mask',
      'objects-fast ssd',
      'objects-fine mobile-sam',
    ]);
    const { labels } = catalogue.get('objects-fast');
    expect([labels.length, labels[0], labels[15], labels[79]]).toEqual([80, 'person', 'cat', 'toothbrush']);
  });

  it('gives a pipeline the labels and threshold of its detector', async () => {
    const catalogue = await Catalogue.load('models');
    const [pipeline, first] = [catalogue.get('objects'), catalogue.get('objects-fast')];
    expect(pipeline).toMatchObject({ labels: first.labels, threshold: 0.4, detector: { id: 'objects-fast' } });
  });

  it('says which models there are when asked for another', async () => {
    const catalogue = await Catalogue.load('models');
    expect(catalogue.has('cats')).toBe(false);
    expect(() => catalogue.get('cats')).toThrow('no model "cats". There are: objects, objects-fast, objects-fine');
  });

  it.each([
    ['a wrong value', { threshold: 1.4 }, 'postprocessing.threshold'],
    ['a key that it does not know', { treshold: 0.4 }, 'treshold'],
  ])('names the file and key of %s', async (_, wrong, key) => {
    const good = await detector();
    await write('objects-fast', { ...good, postprocessing: { ...(good.postprocessing as Json), ...wrong } });
    const loading = Catalogue.load(folder);
    await expect(loading).rejects.toThrow(join(folder, 'objects-fast', 'model.json'));
    await expect(loading).rejects.toThrow(key);
  });

  it('refuses what is not JSON, an unknown family and a source it cannot read', async () => {
    await write('broken', '{');
    await expect(Catalogue.load(folder)).rejects.toThrow('it is not JSON');
    await rm(join(folder, 'broken'), { recursive: true });
    await write('objects-fast', { ...(await detector()), family: 'oracle' });
    await expect(Catalogue.load(folder)).rejects.toThrow('family');
    await rm(join(folder, 'objects-fast'), { recursive: true });
    const source = { source: 'ftp://example.org/a.onnx', sha256: '0'.repeat(64) };
    await write('objects-fast', { ...(await detector()), weights: { graph: source } });
    await expect(Catalogue.load(folder)).rejects.toThrow('weights.graph.source: must be npm:');
  });

  it('refuses an id that is not the name of the folder', async () => {
    await write('mine', await detector());
    await expect(Catalogue.load(folder)).rejects.toThrow('must be the name of its folder, "mine"');
  });

  it('refuses a pipeline whose detector is not there', async () => {
    await write('objects', await shipped('objects'));
    await expect(Catalogue.load(folder)).rejects.toThrow('pipeline.detector is "objects-fast", which is no detector');
  });

  it('refuses labels that do not fit the columns, and a missing file of labels', async () => {
    await write('objects-fast', { ...(await detector()), labels: ['only one'] });
    await expect(Catalogue.load(folder)).rejects.toThrow('has 80 entries, but there are 1 labels');
    await rm(join(folder, 'objects-fast'), { recursive: true });
    await write('objects-fast', await shipped('objects-fast'));
    await expect(Catalogue.load(folder)).rejects.toThrow('labels.txt, which cannot be read');
  });

  it('says so when there are no models at all', async () => {
    await expect(Catalogue.load(folder)).rejects.toThrow('no folder in it holds a model.json');
    await expect(Catalogue.load(join(folder, 'nowhere'))).rejects.toThrow('cannot be read');
  });
});

describe('modelDigest', () => {
  it('changes with any of the weights, the detector’s included, and with nothing else', async () => {
    const spec = (await Catalogue.load('models')).get('objects');
    const digest = modelDigest(spec);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(modelDigest({ ...spec, name: 'Another name' })).toBe(digest);
    const changed = structuredClone(spec) as Extract<ModelSpec, { family: 'box-to-mask' }>;
    changed.detector.weights.shard1.sha256 = '0'.repeat(64);
    expect(modelDigest(changed)).not.toBe(digest);
  });
});
