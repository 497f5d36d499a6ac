import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readGolden, writeGolden } from '../../test/golden.js';
import { NOW, SAMPLES } from '../../test/samples.js';
import { decodeFrame } from './frame.v1.js';
import { decodeOutcome } from './outcome.v1.js';

const GOLDEN = join(import.meta.dirname, '../../test/golden');

beforeAll(() => void jest.useFakeTimers({ now: Date.parse(NOW) }));
afterAll(() => void jest.useRealTimers());

describe.each(SAMPLES)('$type', ({ type, content, encode, decode }) => {
  beforeAll(() => {
    if (process.env.UPDATE_DOCS && !existsSync(join(GOLDEN, `${type}.json`))) writeGolden(type, encode());
  });

  it('is read from its golden message', () => {
    expect(decode(readGolden(type))).toEqual(content);
  });

  it('is written as its golden message', () => {
    const { key, headers, value } = encode();
    const golden = readGolden(type);
    expect({ key, headers }).toEqual({ key: golden.key, headers: golden.headers });
    expect(Buffer.from(value ?? [])).toEqual(Buffer.from(golden.value ?? []));
  });
});

describe('messages of other programs', () => {
  it('has the least that a frame needs, its headers in another order, with one that nobody knows', () => {
    expect(decodeFrame(readGolden('kadr.frame.v1.least'))).toEqual({
      id: 'a-1',
      source: 'request:a',
      sequence: 0,
      model: 'objects',
      width: 2,
      height: 1,
      capturedAt: '2026-11-22T10:00:00Z',
      options: {},
      image: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]),
    });
  });

  it('has a result with members that nobody knows', () => {
    expect(decodeOutcome(readGolden('kadr.result.v1.more'))).toMatchObject({
      type: 'kadr.result.v1',
      source: 'request:a',
      sequence: 0,
      result: { objects: [{ label: 'bright', colour: 'red' }], weather: 'sunny' },
    });
  });
});
