import { describe, expect, it } from '@jest/globals';
import { plainName } from './upload.js';

describe('plainName', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\pictures\\a.png', 'a.png'],
    ['a\u0000b\u202e.jpg', 'ab.jpg'],
    ['', 'picture'],
    ['dir/', 'picture'],
    ['фото.jpg', 'фото.jpg'],
  ])('makes %j %j', (name, plain) => expect(plainName(name)).toBe(plain));

  it('is short', () => expect(plainName('x'.repeat(1000))).toHaveLength(200));
});
