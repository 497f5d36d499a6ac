import { describe, expect, it } from '@jest/globals';
import { previewJson } from './preview-json.js';

describe('previewJson', () => {
  it('shows short values whole', () => {
    expect(previewJson('cat')).toBe('"cat"');
    expect(previewJson(0.5)).toBe('0.5');
    expect(previewJson(null)).toBe('null');
    expect(previewJson([480, 640])).toBe('[480, 640]');
  });

  it('cuts a long mask and says how long it is', () => {
    expect(previewJson('a'.repeat(1200))).toBe(`"${'a'.repeat(60)}…" (1 200 characters)`);
  });

  it('cuts a long polygon', () => {
    expect(previewJson(Array.from({ length: 400 }, (_, n) => n))).toBe('[0, 1, 2, 3, 4, 5, 6, 7, …] (400 numbers)');
  });

  it('leaves trees to the page', () => {
    expect(previewJson({ x: 1 })).toBeUndefined();
    expect(previewJson([{ x: 1 }])).toBeUndefined();
  });
});
