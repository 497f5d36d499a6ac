import type { Box, RegionMask, RgbImage } from '../types.js';
import { classColour, textColour, type Rgb } from './colour.js';
import { layOut, type GlyphAtlas } from './glyph-atlas.js';
import { drawMask } from './mask.js';
import { drawText, fillRect, strokeRect } from './shapes.js';

/** What there is to draw of an object that was found. */
export interface DrawnObject {
  classId: number;
  label: string;
  /** 0…1, shown in per cent. */
  score: number;
  /** In pixels of the picture. */
  box: Box;
  mask?: RegionMask;
}

const FILL_OPACITY = 0.45;

/**
 * Draws objects into a picture, in place: translucent masks with contours first, then boxes, then labels, so that no
 * mask hides a label; the first object of the list comes to lie on top. Everything is clipped at the picture's border.
 * An object with a coordinate that is no finite number is left out.
 */
export function drawObjects(image: RgbImage, objects: readonly DrawnObject[], atlas: GlyphAtlas): void {
  const longest = Math.max(image.width, image.height);
  const contour = longest > 1000 ? 2 : 1;
  const stroke = Math.max(2, Math.round(longest / 640));
  const drawn = objects.filter(hasFiniteBox).reverse();
  for (const { classId, mask } of drawn) {
    if (mask) drawMask(image, mask, classColour(classId), FILL_OPACITY, contour);
  }
  for (const { classId, box } of drawn) {
    strokeRect(image, box.x, box.y, box.width, box.height, stroke, classColour(classId));
  }
  for (const object of drawn) drawLabel(image, object, classColour(object.classId), atlas);
}

function hasFiniteBox({ box }: DrawnObject): boolean {
  return Number.isFinite(box.x + box.y + box.width + box.height);
}

/** The plate sits on the box's upper edge, inside the box where there is no room above it, and within the picture. */
function drawLabel(image: RgbImage, { label, score, box }: DrawnObject, colour: Rgb, atlas: GlyphAtlas): void {
  const text = Number.isFinite(score) ? `${label} ${Math.round(score * 100)}%` : label;
  const padding = Math.max(1, Math.round(atlas.height / 5));
  const width = layOut(text, atlas).width + 2 * padding;
  const top = Math.round(box.y);
  const x = Math.max(0, Math.min(Math.round(box.x), image.width - width));
  const y = Math.max(0, Math.min(top >= atlas.height ? top - atlas.height : top, image.height - atlas.height));
  fillRect(image, x, y, width, atlas.height, colour);
  drawText(image, x + padding, y, text, textColour(colour), atlas);
}
