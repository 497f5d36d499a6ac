import { describe, expect, it } from '@jest/globals';
import { renderGlyphs } from './render-glyphs.js';

describe('renderGlyphs', () => {
  it('renders characters on one line, each in its own width', async () => {
    const { height, glyphs } = await renderGlyphs('Wil g%<&', 20);
    expect(height).toBeGreaterThanOrEqual(20);
    for (const { width, alpha } of glyphs.values()) expect(alpha).toHaveLength(width * height);
    const width = (character: string): number => glyphs.get(character)!.width;
    expect(width('W')).toBeGreaterThan(width('i') * 2);
    expect(width(' ')).toBeGreaterThan(2);
    expect(Math.max(...glyphs.get('W')!.alpha)).toBeGreaterThan(200);
    expect(Math.max(...glyphs.get(' ')!.alpha)).toBe(0);
  });

  it('puts the tail of a g below the foot of an l', async () => {
    const { height, glyphs } = await renderGlyphs('lg', 40);
    const foot = (character: string): number => {
      const { width, alpha } = glyphs.get(character)!;
      const rows = Array.from({ length: height }, (_, y) =>
        alpha.subarray(y * width, (y + 1) * width).some((a) => a > 128),
      );
      return rows.lastIndexOf(true);
    };
    expect(foot('g')).toBeGreaterThan(foot('l') + 2);
  });
});
