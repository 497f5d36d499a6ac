import { describe, expect, it } from '@jest/globals';
import { JobOptionsDto, ModelOptionsDto, PictureUrlsDto } from '@kadr/contracts';
import type { ModelCardV1 } from '@kadr/contracts';
import { ModelsService, notServing } from '../models/models.service.js';
import { OptionsService } from './options.service.js';

const BUS = { lag: async () => [], problem: (): string | undefined => undefined };

const card = (over: Partial<ModelCardV1> = {}): ModelCardV1 => ({
  id: 'objects',
  name: 'Objects',
  description: '',
  task: 'detection',
  classes: ['person', 'cup'],
  input: { width: 300, height: 300 },
  threshold: 0.4,
  licence: 'Apache-2.0',
  digest: 'sha256:0',
  provider: 'cpu',
  state: 'ready',
  default: true,
  worker: 'w',
  ...over,
});

function service(...cards: ModelCardV1[]): OptionsService {
  const models = new ModelsService(BUS);
  for (const known of cards) models.learn(`${known.worker}/${known.id}`, known, Date.now());
  return new OptionsService(models);
}

describe('OptionsService', () => {
  it('reads query text into what it means', () => {
    const given = { threshold: '0.25', classes: 'person, cup', masks: 'none', annotate: 'true' };
    const { options, model } = service(card()).read(JobOptionsDto, given);
    expect(options).toEqual({ threshold: 0.25, classes: ['person', 'cup'], masks: 'none', annotate: true });
    expect(model.id).toBe('objects');
  });

  it('names every wrong field in one error', () => {
    const given = { threshold: '7', masks: 'svg', colour: 'red', model: 'yolo', constructor: 'x' };
    expect(() => service(card()).read(ModelOptionsDto, given)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        errors: expect.arrayContaining([
          { field: 'threshold', value: 7, message: 'must be a number from 0 to 1' },
          { field: 'masks', value: 'svg', message: 'must be one of rle, polygon, none' },
          { field: 'colour', value: 'red', message: 'is not known here; allowed are model, threshold, classes, masks' },
          { field: 'model', value: 'yolo', message: '"yolo" is not served here; there are objects' },
        ]),
      }),
    );
  });

  it.each(['', ' ', 'NaN', 'Infinity', '-0.1', '1.1', '0x', ['0.1', '0.2'], {}, true])(
    'refuses a threshold of %j',
    (threshold) => {
      expect(() => service(card()).read(ModelOptionsDto, { threshold })).toThrow(
        expect.objectContaining({ kind: 'invalid' }),
      );
    },
  );

  it('names an unknown model alone by its own code, with those there are', () => {
    const other = card({ id: 'objects-fast', default: false });
    expect(() => service(card(), other).read(ModelOptionsDto, { model: 'yolo' })).toThrow(
      expect.objectContaining({ code: 'unknown-model', message: expect.stringContaining('objects, objects-fast') }),
    );
  });

  it('names unknown classes and what was probably meant', () => {
    expect(() => service(card()).read(ModelOptionsDto, { classes: 'persn,unicorn,cup' })).toThrow(
      expect.objectContaining({
        code: 'unknown-class',
        message: expect.stringMatching(/"persn" \(did you mean "person"\?\), "unicorn"; GET \/v1\/models\/objects/),
      }),
    );
  });

  it('says that no worker is there, but wrong fields first', () => {
    expect(() => service().read(ModelOptionsDto, { model: 'objects' })).toThrow(
      expect.objectContaining({ code: 'no-worker', kind: 'unavailable', retryAfter: expect.any(Number) }),
    );
    expect(() => service().read(ModelOptionsDto, { threshold: 2 })).toThrow(
      expect.objectContaining({ kind: 'invalid' }),
    );
  });

  it.each([[undefined], ['http://a'], [[]], [[1]], [['x'.repeat(5000)]]])('refuses urls of %j', (urls) => {
    expect(() => service(card()).read(PictureUrlsDto, { urls })).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ field: 'urls' })] }),
    );
  });
});

describe('ModelsService', () => {
  it('lets the worker that can do most speak for a model, and forgets silent workers', () => {
    const models = new ModelsService(BUS);
    models.learn('a/objects', card({ worker: 'a', state: 'cold' }), 1000);
    models.learn('b/objects', card({ worker: 'b' }), 2000);
    expect(models.list(3000)).toEqual([card({ worker: 'b' })]);
    expect(models.list(16_500)).toEqual([card({ worker: 'b' })]);
    expect(models.list(17_500)).toEqual([]);
  });

  it('forgets a worker that leaves', () => {
    const models = new ModelsService(BUS);
    models.learn('a/objects', card(), Date.now());
    models.learn('a/objects', undefined, Date.now());
    expect(models.list()).toEqual([]);
  });

  it.each([
    ['ready', undefined],
    ['cold', undefined],
    ['fetching', 'model-loading'],
    ['loading', 'model-loading'],
    ['failed', 'model-failed'],
  ] as const)('a %s model is answered with %s', (state, code) => {
    expect(notServing(card({ state }))?.code).toBe(code);
  });

  it('shows the progress of a model that is being fetched', () => {
    const error = notServing(card({ state: 'fetching', progress: { received: 25, total: 100 } }));
    expect(error).toMatchObject({
      message: expect.stringContaining('25 %'),
      retryAfter: 5,
      details: { model: 'objects', state: 'fetching', progress: { received: 25, total: 100 } },
    });
  });
});
