import { describe, expect, it } from '@jest/globals';
import { array, assert, property, string } from 'fast-check';
import { zipNames } from './zip-names.js';

describe('zipNames', () => {
  it('keeps names, makes them JPEG, safe and different', () => {
    const originals = ['a.png', 'A.JPG', 'dir/a.webp', '..\\..\\evil.png', 'con.png', '...', '', 'x:y?.gif', '.hidden'];
    expect(zipNames(originals)).toEqual([
      'a.jpg',
      'A (2).jpg',
      'a (3).jpg',
      'evil.jpg',
      '_con.jpg',
      'picture.jpg',
      'picture (2).jpg',
      'x_y_.jpg',
      'picture (3).jpg',
    ]);
  });

  it('gives plain, different file names for any names', () => {
    assert(
      property(array(string({ unit: 'binary' })), (originals) => {
        const names = zipNames(originals);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(originals.length);
        for (const name of names) expect(name).toMatch(/^[^\\/\p{Cc}.][^\\/\p{Cc}]*\.jpg$/u);
      }),
    );
  });
});
