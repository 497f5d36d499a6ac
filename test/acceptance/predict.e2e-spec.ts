import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import type { ModelCardV1, ResultV1 } from '@kadr/contracts';
import { call, fixture, form, predict } from '../support/http.js';
import { makeDir, removeDir, startKadr } from '../support/kadr.js';
import type { Kadr } from '../support/kadr.js';

jest.setTimeout(180_000);

let kadr: Kadr;
let dataDir: string;

beforeAll(async () => {
  dataDir = await makeDir();
  kadr = await startKadr(dataDir);
});

afterAll(async () => {
  await kadr.stop();
  await removeDir(dataDir);
});

describe('POST /v1/predict', () => {
  it('answers a photo with its objects, masks as RLE', async () => {
    const { status, headers, body } = await predict(kadr.url, await fixture('chelsea.png'));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    expect(body).toMatchObject({
      sequence: expect.any(Number),
      image: { width: 451, height: 300 },
      model: { id: 'objects' },
    });
    expect(body.source.kind).toBe('request');
    expect(body.model.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(body.objects[0]).toMatchObject({
      label: 'cat',
      classId: 15,
      mask: { size: [300, 451], counts: expect.any(String) },
    });
  });

  it('takes a raw picture as the body', async () => {
    const { status, body } = await call<ResultV1>(`${kadr.url}/v1/predict?model=objects-fast`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: new Uint8Array(await fixture('apple.jpg')),
    });
    expect(status).toBe(200);
    expect(body.objects[0]).toMatchObject({ label: 'apple' });
    expect(body.objects[0]).not.toHaveProperty('mask');
  });

  it('gives the annotated picture to who asks for image/jpeg', async () => {
    const response = await fetch(`${kadr.url}/v1/predict`, {
      method: 'POST',
      headers: { accept: 'image/jpeg' },
      body: form([{ name: 'coffee.png', data: await fixture('coffee.png') }]),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    const annotated = await sharp(await response.arrayBuffer())
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(annotated.info).toMatchObject({ width: 600, height: 400 });
    const original = await sharp(await fixture('coffee.png'))
      .removeAlpha()
      .raw()
      .toBuffer();
    const changed = original.filter((value, i) => Math.abs(value - annotated.data[i]) > 40).length / original.length;
    expect(changed).toBeGreaterThan(0.05);
  });

  it('honours threshold, classes and the form of masks', async () => {
    const coffee = await fixture('coffee.png');
    const cups = await predict(kadr.url, coffee, '?classes=cup&masks=polygon');
    expect(cups.body.objects.map(({ label }) => label)).toEqual(['cup']);
    expect(cups.body.objects[0].mask).toMatchObject({ polygons: [expect.any(Array)] });
    const none = await predict(kadr.url, coffee, '?threshold=0.999&masks=none');
    expect(none.body.objects).toEqual([]);
  });

  it('turns a picture upright by its EXIF orientation', async () => {
    const upright = await sharp(await fixture('apple.jpg'))
      .resize(512, 300)
      .toBuffer();
    const lying = await sharp(upright).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    const { status, body } = await predict(kadr.url, lying);
    expect(status).toBe(200);
    expect(body.image).toEqual({ width: 512, height: 300 });
  });
});

describe('GET /v1/models', () => {
  it('lists the three models with their state, provider, licence and digest', async () => {
    const { body } = await call<{ models: ModelCardV1[] } | ModelCardV1[]>(`${kadr.url}/v1/models`);
    const models = Array.isArray(body) ? body : body.models;
    const byId = new Map(models.map((model) => [model.id, model]));
    expect([...byId.keys()].sort()).toEqual(['objects', 'objects-fast', 'objects-fine']);
    expect(byId.get('objects')).toMatchObject({
      state: 'ready',
      provider: 'cpu',
      default: true,
      task: 'instance-segmentation',
    });
    expect(byId.get('objects')?.classes).toHaveLength(80);
  });
});

describe('the process', () => {
  it('is alive and ready, and serves metrics, the page and the documents', async () => {
    expect((await call(`${kadr.url}/health/live`)).status).toBe(200);
    expect((await call(`${kadr.url}/health/ready`)).body).toMatchObject({ status: 'ready' });
    const { body: metrics } = await call<string>(`${kadr.url}/metrics`);
    for (const name of ['kadr_stage_seconds', 'kadr_ledger_frames', 'kadr_consumer_lag_messages']) {
      expect(metrics).toContain(name);
    }
    expect((await call<string>(`${kadr.url}/`)).body).toContain('<title>Kadr');
    expect((await call(`${kadr.url}/docs-json`)).body).toMatchObject({ openapi: expect.any(String) });
    expect((await call(`${kadr.url}/docs`)).status).toBe(200);
  });
});
