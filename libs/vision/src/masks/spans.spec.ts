import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { commonSpans, differingSpans, rowSpans, shrunkSpans, type Spans } from './spans.js';

const row = fc.uint8Array({ minLength: 1, maxLength: 24, max: 1 });
const rows = fc
  .integer({ min: 1, max: 24 })
  .chain((length) =>
    fc.tuple(
      fc.uint8Array({ minLength: length, maxLength: length, max: 1 }),
      fc.uint8Array({ minLength: length, maxLength: length, max: 1 }),
    ),
  );

/** Arrays of the generator belong to another realm than the code under test, so they are copied. */
function spansOf(data: Uint8Array): Spans {
  return rowSpans({ x: 0, y: 0, width: data.length, height: 1, data: Uint8Array.from(data) })[0];
}

function bits(spans: Spans, length: number): number[] {
  const found = Array.from({ length }, () => 0);
  for (let i = 0; i < spans.length; i += 2) found.fill(1, spans[i], spans[i + 1]);
  return found;
}

describe('spans', () => {
  it('are found row by row, also where a run goes on in the next row', () => {
    const data = Uint8Array.of(0, 1, 1, 1, 0, 1, 0, 0, 0);
    expect(rowSpans({ x: 4, y: 4, width: 3, height: 3, data })).toEqual([[1, 3], [0, 1, 2, 3], []]);
  });

  it('cover just what is set', () => {
    fc.assert(fc.property(row, (data) => expect(bits(spansOf(data), data.length)).toEqual([...data])));
  });

  it('know what is common to two rows and what is not', () => {
    fc.assert(
      fc.property(rows, ([a, b]) => {
        const both = [...a].map((value, i) => value & b[i]);
        const one = [...a].map((value, i) => value ^ b[i]);
        expect(bits(commonSpans(spansOf(a), spansOf(b)), a.length)).toEqual(both);
        expect(bits(differingSpans(spansOf(a), spansOf(b)), a.length)).toEqual(one);
      }),
    );
  });

  it('shrink at both ends and vanish when they are too short', () => {
    expect(shrunkSpans([0, 2, 4, 9], 1)).toEqual([5, 8]);
    expect(shrunkSpans([0, 2, 4, 9], 0)).toEqual([0, 2, 4, 9]);
  });
});
