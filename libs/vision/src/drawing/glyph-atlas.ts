/** One character: how opaque each pixel is, `[atlas height, width]`, 0…255. */
export interface Glyph {
  width: number;
  alpha: Uint8Array;
}

/** Characters of one font at one size, rendered elsewhere. Plain data: it can be posted to a worker. */
export interface GlyphAtlas {
  /** Height of every glyph (a line of text) in pixels. */
  height: number;
  /** By character. One that is missing is drawn as `?`, or left out when that is missing too. */
  glyphs: Map<string, Glyph>;
}

/** The glyphs of a text, and its width in pixels. */
export function layOut(text: string, atlas: GlyphAtlas): { glyphs: Glyph[]; width: number } {
  const glyphs: Glyph[] = [];
  let width = 0;
  for (const character of text) {
    const glyph = atlas.glyphs.get(character) ?? atlas.glyphs.get('?');
    if (!glyph) continue;
    glyphs.push(glyph);
    width += glyph.width;
  }
  return { glyphs, width };
}
