import { describe, expect, it } from '@jest/globals';
import { topicMatches } from './topic-pattern.js';

describe('topicMatches', () => {
  it.each([
    ['kadr.jobs', 'kadr.jobs', true],
    ['kadr.jobs', 'kadr.models', false],
    ['kadr.frames.*.live', 'kadr.frames.objects.live', true],
    ['kadr.frames.*.live', 'kadr.frames.objects.batch', false],
    ['kadr.frames.*.live', 'kadr.frames.a.b.live', false],
    ['kadr.frames.*.live', 'kadr.frames.*.live', true],
    ['kadr.*.objects.live', 'kadr.frames.*.live', true],
    ['kadr.frames*', 'kadr.frames', false],
  ])('%s and %s: %s', (one, other, match) => {
    expect(topicMatches(one, other)).toBe(match);
    expect(topicMatches(other, one)).toBe(match);
  });
});
