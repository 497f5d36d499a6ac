import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import { BLOBS, encodeFrame, framesTopic, TOPICS } from '@kadr/contracts';
import type { FrameV1, Lane, Outcome, ResultV1 } from '@kadr/contracts';
import { eventually, startInference } from './support/inference.js';
import type { TestInference } from './support/inference.js';

jest.setTimeout(240_000);

const SIZE = { width: 400, height: 267 };
let inference: TestInference;
let jpeg: Buffer;
let sent = 0;

beforeAll(async () => {
  const coffee = join(import.meta.dirname, '../../../test/fixtures/coffee.png');
  jpeg = await sharp(coffee).resize(SIZE.width, SIZE.height).jpeg({ quality: 95 }).toBuffer();
  inference = await startInference({ KADR_MODELS: 'objects,objects-fast', INFERENCE_WORKERS: '2' });
});

afterAll(() => inference.close());

function frame(more: Partial<FrameV1> = {}): FrameV1 {
  const sequence = sent++;
  const names = { id: `${sequence}`, source: 'request:test', sequence, model: 'objects-fast' };
  return { ...names, ...SIZE, capturedAt: new Date().toISOString(), options: {}, image: jpeg, ...more };
}

async function publish(asked: FrameV1, lane: Lane = 'live', headers: Record<string, string> = {}): Promise<void> {
  const message = encodeFrame(asked, lane);
  const topic = framesTopic(asked.model, lane);
  await inference.publisher.publish(topic, { ...message, headers: { ...message.headers, ...headers } });
}

function outcomesOf({ source, sequence }: FrameV1): Outcome[] {
  return inference.reader.outcomes.filter((outcome) => outcome.source === source && outcome.sequence === sequence);
}

function outcomeOf(asked: FrameV1): Promise<Outcome> {
  return eventually(`an outcome of ${asked.source}/${asked.sequence}`, () => outcomesOf(asked)[0]);
}

async function outcome(asked: FrameV1, lane: Lane = 'live', headers?: Record<string, string>): Promise<Outcome> {
  await publish(asked, lane, headers);
  return outcomeOf(asked);
}

async function result(asked: FrameV1, lane: Lane = 'live'): Promise<ResultV1> {
  const found = await outcome(asked, lane);
  if (found.type !== 'kadr.result.v1') throw new Error(`not a result: ${JSON.stringify(found)}`);
  return found.result;
}

describe('a frame on the bus', () => {
  it('is answered with what is in it, in the words of the contract', async () => {
    const found = await result(frame());
    expect(found).toMatchObject({
      source: { kind: 'request', id: 'test' },
      model: { id: 'objects-fast' },
      image: SIZE,
    });
    expect(found.objects.map(({ label }) => label)).toContain('cup');
    expect(found.objects.every(({ mask }) => mask === undefined)).toBe(true);
    expect(Object.values(found.timings).every((ms) => ms >= 0)).toBe(true);
  });

  it('gets masks in the form that was asked for', async () => {
    const [rle, polygon, none] = await Promise.all(
      (['rle', 'polygon', 'none'] as const).map((masks) => result(frame({ model: 'objects', options: { masks } }))),
    );
    expect(rle.objects[0].mask).toMatchObject({ size: [SIZE.height, SIZE.width], counts: expect.any(String) });
    expect(polygon.objects[0].mask).toMatchObject({ polygons: expect.any(Array) });
    expect(none.objects[0].mask).toBeUndefined();
    expect(none.objects.map(({ label }) => label)).toEqual(rle.objects.map(({ label }) => label));
  });

  it('gets only what was asked for', async () => {
    const cups = await result(frame({ options: { classes: ['cup'], threshold: 0.1 } }));
    expect(new Set(cups.objects.map(({ label }) => label))).toEqual(new Set(['cup']));
    expect((await result(frame({ options: { threshold: 1 } }))).objects).toEqual([]);
  });

  it('of a job: its drawn picture is stored and announced before its result', async () => {
    const asked = frame({ source: 'job:drawn', model: 'objects', options: { annotate: true } });
    await result(asked, 'batch');
    const stored = await inference.blobs.get(BLOBS.annotated('drawn', asked.sequence));
    expect(await sharp(stored).metadata()).toMatchObject({ format: 'jpeg', ...SIZE });
    const told = await eventually('the annotated picture', () =>
      inference.reader.annotated.find(({ headers }) => headers.ce_source === 'job:drawn'),
    );
    expect(Buffer.compare(told.value!, stored)).toBe(0);
  });

  it('comes out the same when it is delivered again', async () => {
    const asked = frame();
    await publish(asked);
    await publish(asked);
    const both = await eventually('two outcomes', () =>
      outcomesOf(asked).length === 2 ? outcomesOf(asked) : undefined,
    );
    const [first, second] = both.map((each) => (each.type === 'kadr.result.v1' ? each.result : undefined));
    expect(second?.id).toBe(first?.id);
    expect(second?.objects).toEqual(first?.objects);
  });
});

describe('a frame that nobody wants any more', () => {
  it('is dropped when it has expired', async () => {
    const late = await outcome(frame({ expiresAt: new Date(Date.now() - 1).toISOString() }));
    expect(late).toMatchObject({ type: 'kadr.drop.v1', drop: { reason: 'expired' } });
  });

  it('is dropped when its job was cancelled', async () => {
    const job = {
      key: 'gone',
      headers: { ce_type: 'kadr.job.v1' },
      value: Buffer.from('{"id":"gone","state":"cancelled","options":{}}'),
    };
    await inference.publisher.publish(TOPICS.jobs, job);
    const dropped = await (async () => {
      for (;;) {
        const found = await outcome(frame({ source: 'job:gone' }), 'batch');
        if (found.type === 'kadr.drop.v1') return found;
      }
    })();
    expect(dropped).toMatchObject({ drop: { reason: 'cancelled' } });
  });
});

describe('a frame that is at fault', () => {
  const cases: [string, () => { more?: Partial<FrameV1>; headers?: Record<string, string> }, string][] = [
    ['is cut short', () => ({ more: { image: jpeg.subarray(0, jpeg.length >> 1) } }), 'damaged-picture'],
    ['is no JPEG', () => ({ more: { image: Buffer.from('<svg/>') } }), 'damaged-picture'],
    ['lies about its size', () => ({ more: { width: 4000, options: { annotate: true } } }), 'bad-message'],
    ['has a time that is none', () => ({ headers: { ce_time: 'now' } }), 'bad-message'],
    ['has options of another kind', () => ({ headers: { ce_options: '{"classes":"cup"}' } }), 'bad-message'],
    ['asks for an unknown class', () => ({ more: { options: { classes: ['unicorn'] } } }), 'unknown-class'],
    ['asks for an unknown model', () => ({ more: { model: 'nonesuch' } }), 'unknown-model'],
  ];

  it.each(cases)('that %s gets its failure, and is dead-lettered whole', async (_, make, code) => {
    const { more, headers } = make();
    const asked = frame(more);
    expect(await outcome(asked, 'live', headers)).toMatchObject({ type: 'kadr.failure.v1', failure: { code } });
    const letter = await eventually('the dead letter', () =>
      inference.reader.deadLetters.find(({ headers: found }) => found.ce_sequence === String(asked.sequence)),
    );
    expect(letter.headers.ce_errorcode).toBe(code);
    expect(Buffer.compare(letter.value!, asked.image)).toBe(0);
  });

  it('that names no source is dead-lettered only', async () => {
    await publish(frame({ id: 'nameless' }), 'live', { ce_source: 'nowhere' });
    await eventually('the dead letter', () =>
      inference.reader.deadLetters.find(({ headers }) => headers.ce_source === 'nowhere'),
    );
    expect(inference.reader.outcomes.some(({ source }) => source === 'nowhere')).toBe(false);
  });
});

describe('models', () => {
  it('are announced with the provider really in use, cold ones too', async () => {
    const cards = await eventually('all cards', () =>
      inference.reader.cards.size >= 3 ? inference.reader.cards : undefined,
    );
    expect(cards.get('objects')).toMatchObject({ state: 'ready', provider: expect.stringMatching(/^(cpu|cuda)$/) });
    expect(cards.get('objects')).toMatchObject({ default: true });
    expect(cards.get('objects-fine')).toMatchObject({ state: 'cold', provider: null });
  });

  it('that are cold are loaded when asked for: a live frame is told so, a batch frame waits', async () => {
    const live = await outcome(frame({ model: 'objects-fine' }));
    expect(live).toMatchObject({ type: 'kadr.failure.v1', failure: { code: 'model-loading' } });
    const waited = await result(frame({ model: 'objects-fine' }), 'batch');
    expect(waited.objects.map(({ label }) => label)).toContain('cup');
    await eventually('the card', () => inference.reader.cards.get('objects-fine')?.state === 'ready' || undefined);
  });
});
