import { createRequire } from 'node:module';
import { sharp } from '../sharp-settings.js';

/** One character: its width and how opaque each pixel is, `[height of the line, width]`. */
export interface RenderedGlyph {
  width: number;
  alpha: Uint8Array;
}

/** Characters of one size, as `GlyphAtlas` of the vision library. */
export interface RenderedGlyphs {
  height: number;
  glyphs: Map<string, RenderedGlyph>;
}

const FONT = 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf';
/** Drawn on both sides of a character, so that each is rendered on the same line and spaces keep their width. */
const FRAME = '|';
/** Resolution at which a point is a pixel. */
const DPI = 72;

/**
 * Renders characters once, for labels that are then composed without a font: DejaVu Sans Bold at `pixels` a line of
 * text, as sharp's text input draws it.
 */
export async function renderGlyphs(characters: Iterable<string>, pixels: number): Promise<RenderedGlyphs> {
  const size = Math.max(6, Math.round(pixels * 0.7));
  const frame = await render(FRAME + FRAME, size);
  const entries = await Promise.all(
    [...new Set(characters)].map(
      async (character) => [character, await renderGlyph(character, size, frame.width)] as const,
    ),
  );
  const tallest = Math.max(...entries.map(([, { height }]) => height));
  const height = Math.max(pixels, tallest);
  const glyphs = entries.map(([character, glyph]) => [character, centred(glyph, height)] as const);
  return { height, glyphs: new Map(glyphs) };
}

interface Bitmap {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A character without the frame that it was rendered in. */
async function renderGlyph(character: string, size: number, frameWidth: number): Promise<Bitmap> {
  const { data, width, height } = await render(FRAME + character + FRAME, size);
  const inner = Math.max(1, width - frameWidth);
  const left = Math.floor(frameWidth / 2);
  const alpha = new Uint8Array(inner * height);
  for (let y = 0; y < height; y++) alpha.set(data.subarray(y * width + left, y * width + left + inner), y * inner);
  return { data: alpha, width: inner, height };
}

async function render(text: string, size: number): Promise<Bitmap> {
  const fontfile = createRequire(import.meta.url).resolve(FONT);
  const escaped = text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="white">${escaped}</span>`,
      font: `DejaVu Sans Bold ${size}`,
      fontfile,
      dpi: DPI,
      rgba: true,
    },
  })
    .extractChannel('alpha')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** In the middle of a line of `height`. */
function centred({ data, width, height: own }: Bitmap, height: number): RenderedGlyph {
  const alpha = new Uint8Array(width * height);
  alpha.set(data, Math.floor((height - own) / 2) * width);
  return { width, alpha };
}
