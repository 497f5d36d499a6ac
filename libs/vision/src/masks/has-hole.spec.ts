import { describe, expect, it } from '@jest/globals';
import { hasHole } from './has-hole.js';

function maskOf(...rows: string[]) {
  const data = Uint8Array.from(rows.join(''), (pixel) => Number(pixel === '#'));
  return { x: 3, y: 4, width: rows[0]?.length ?? 0, height: rows.length, data };
}

describe('hasHole', () => {
  it.each([
    ['nothing', maskOf(), false],
    ['unset pixels only', maskOf('..', '..'), false],
    ['one pixel', maskOf('#'), false],
    ['a bay', maskOf('###', '#..', '###'), false],
    ['a ring', maskOf('###', '#.#', '###'), true],
    ['a ring closed at a corner', maskOf('####', '#..#', '#.#.', '###.'), true],
    ['two holes', maskOf('#####', '#.#.#', '#####'), true],
    ['a hole of pixels that touch at a corner', maskOf('####', '#.##', '##.#', '####'), true],
  ])('looks into %s', (_what, mask, expected) => {
    expect(hasHole(mask)).toBe(expected);
  });
});
