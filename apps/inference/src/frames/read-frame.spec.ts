import { describe, expect, it } from '@jest/globals';
import { encodeFrame, framesTopic } from '@kadr/contracts';
import type { FrameV1 } from '@kadr/contracts';
import { AppError } from '@kadr/errors';
import type { BusMessage } from '@kadr/transport';
import { frameRef, readFrame } from './read-frame.js';

const FRAME: FrameV1 = {
  id: '1',
  source: 'job:7',
  sequence: 3,
  model: 'objects',
  width: 64,
  height: 48,
  capturedAt: '2026-11-22T10:00:00.000Z',
  options: { threshold: 0.5, classes: ['cat'], masks: 'none', annotate: true },
  image: Buffer.from('jpeg'),
};

function sent(headers: Record<string, string> = {}, more: Partial<BusMessage> = {}): BusMessage {
  const { key, headers: own } = encodeFrame(FRAME, 'live');
  const place = { topic: framesTopic('objects', 'live'), partition: 0, offset: '0', timestamp: 0 };
  const delivery = { attempt: 1, lastAttempt: false };
  return { ...place, ...delivery, key, headers: { ...own, ...headers }, value: Buffer.from(FRAME.image), ...more };
}

describe('readFrame', () => {
  it('reads what encodeFrame writes', () => {
    expect(readFrame(sent())).toEqual(FRAME);
  });

  it('leaves options alone that it does not know', () => {
    expect(() => readFrame(sent({ ce_options: '{"tracks":true}' }))).not.toThrow();
  });

  it.each([
    ['ce_time', 'yesterday', 'capturedAt'],
    ['ce_width', '0', 'width'],
    ['ce_height', '-1', 'ce_height'],
    ['ce_source', 'somewhere', 'source'],
    ['ce_source', `camera:${'x'.repeat(201)}`, 'source'],
    ['ce_type', 'x'.repeat(5000), 'ce_type'],
    ['ce_model', 'others', 'kadr.frames.objects.live'],
    ['ce_options', '[]', 'ce_options'],
    ['ce_options', '{"threshold":"high"}', 'options.threshold'],
    ['ce_options', '{"threshold":2}', 'options.threshold'],
    ['ce_options', '{"classes":"cat"}', 'options.classes'],
    ['ce_options', '{"masks":"png"}', 'options.masks'],
    ['ce_options', '{"annotate":"yes"}', 'options.annotate'],
  ])('refuses %s = %s, naming what is wrong', (header, value, named) => {
    const error = expect.objectContaining({ code: 'bad-message', retryable: false });
    expect(() => readFrame(sent({ [header]: value }))).toThrow(error);
    expect(() => readFrame(sent({ [header]: value }))).toThrow(named);
  });

  it('refuses a frame without a picture', () => {
    expect(() => readFrame(sent({}, { value: null }))).toThrow(expect.objectContaining({ code: 'bad-message' }));
  });

  it('says why the picture could not be had', () => {
    const broken = new AppError('not-found', 'blob-missing', 'gone');
    expect(() => readFrame(sent({}, { broken, value: null }))).toThrow(broken);
  });
});

describe('frameRef', () => {
  it('names the frame', () => {
    expect(frameRef(sent())).toEqual({ source: 'job:7', sequence: 3, traceparent: undefined });
  });

  it('takes over a trace context, but nothing that is none', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(frameRef(sent({ ce_traceparent: traceparent }))).toMatchObject({ traceparent });
    expect(frameRef(sent({ ce_traceparent: 'x'.repeat(5000) }))).toMatchObject({ traceparent: undefined });
  });

  it.each([
    ['ce_source', ''],
    ['ce_source', 'somewhere'],
    ['ce_source', `camera:${'x'.repeat(201)}`],
    ['ce_sequence', ''],
    ['ce_sequence', '-1'],
    ['ce_sequence', '1.5'],
  ])('gives nothing for %s = "%s"', (header, value) => {
    expect(frameRef(sent({ [header]: value }))).toBeUndefined();
  });
});
