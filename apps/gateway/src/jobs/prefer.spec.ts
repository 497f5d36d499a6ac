import { describe, expect, it } from '@jest/globals';
import { preferredWait } from './prefer.js';

describe('preferredWait', () => {
  it.each([
    [undefined, undefined],
    ['respond-async', undefined],
    ['wait=10', 10],
    ['respond-async, wait=10', 10],
    ['Wait = "7"; foo=bar', 7],
    ['wait=0', 0],
    ['wait=100000', 60],
    ['wait=-1', undefined],
    ['wait=soon', undefined],
    ['await=3', undefined],
    ['wait=5, wait=9', 5],
  ])('reads %j as %j', (header, seconds) => expect(preferredWait(header)).toBe(seconds));
});
