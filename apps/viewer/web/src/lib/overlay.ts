import type { ObjectV1 } from '@kadr/contracts';
import { classColour, textColour } from '@kadr/vision';
import type { Rgb } from '@kadr/vision';
import { formatPercent } from './format.js';
import { shapeOf } from './shapes.js';
import type { Extent, Placement } from './viewport.js';

export interface Layers {
  masks: boolean;
  boxes: boolean;
  labels: boolean;
}

export interface Scene {
  picture: Extent;
  objects: ObjectV1[];
  /** The one lit up; the others are dimmed. */
  active: ObjectV1 | null;
  layers: Layers;
  /** Where the picture lies on the canvas, in device pixels. */
  placement: Placement;
  canvas: Extent;
  /** Device pixels a CSS pixel. */
  density: number;
}

const FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

export const cssColour = ([red, green, blue]: Rgb, alpha = 1): string => `rgb(${red} ${green} ${blue} / ${alpha})`;

/** Draws what was found over a canvas that is clear, or that holds the picture. */
export function drawOverlay(context: CanvasRenderingContext2D, scene: Scene): void {
  // Large ones first, so that small ones lie on top.
  const objects = scene.objects.toSorted((a, b) => shapeOf(b).area - shapeOf(a).area);
  if (scene.active) drawVeil(context, scene, scene.active);
  if (scene.layers.masks) for (const object of objects) drawMask(context, scene, object);
  if (scene.layers.boxes) for (const object of objects) drawBox(context, scene, object);
  if (scene.layers.labels || scene.active) drawLabels(context, scene, objects);
}

/** The topmost object at a point of the picture: a mask before a box, a small one before a large one. */
export function objectAt(
  context: CanvasRenderingContext2D,
  objects: ObjectV1[],
  x: number,
  y: number,
): ObjectV1 | null {
  const bySize = objects.toSorted((a, b) => shapeOf(a).area - shapeOf(b).area);
  context.save();
  context.resetTransform();
  const inMask = bySize.find((object) => {
    const { path } = shapeOf(object);
    return path !== null && context.isPointInPath(path, x, y, 'evenodd');
  });
  context.restore();
  const inBox = ({ box }: ObjectV1): boolean =>
    x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height;
  return inMask ?? bySize.find(inBox) ?? null;
}

/** Darkens all of the picture but one object. */
function drawVeil(context: CanvasRenderingContext2D, { picture, placement }: Scene, object: ObjectV1): void {
  context.save();
  place(context, placement);
  context.fillStyle = 'rgb(8 12 18 / 0.55)';
  context.fill(allBut(object, picture), 'evenodd');
  context.restore();
}

function allBut(object: ObjectV1, picture: Extent): Path2D {
  const veil = new Path2D();
  veil.rect(0, 0, picture.width, picture.height);
  const { path } = shapeOf(object);
  if (path) veil.addPath(path);
  else veil.rect(object.box.x, object.box.y, object.box.width, object.box.height);
  return veil;
}

function drawMask(context: CanvasRenderingContext2D, scene: Scene, object: ObjectV1): void {
  const { path } = shapeOf(object);
  if (!path) return;
  const colour = classColour(object.classId);
  const dimmed = scene.active !== null && scene.active !== object;
  context.save();
  place(context, scene.placement);
  context.fillStyle = cssColour(colour, dimmed ? 0.12 : scene.active ? 0.3 : 0.42);
  context.fill(path, 'evenodd');
  context.strokeStyle = cssColour(colour, dimmed ? 0.35 : 0.95);
  context.lineWidth = ((scene.active === object ? 2.5 : 1.5) * scene.density) / scene.placement.scale;
  context.lineJoin = 'round';
  context.stroke(path);
  context.restore();
}

function drawBox(context: CanvasRenderingContext2D, scene: Scene, object: ObjectV1): void {
  const { density, active } = scene;
  const { x, y, width, height } = onScreen(scene, object);
  const line = Math.max(1, Math.round((active === object ? 2 : 1.25) * density));
  // A line of odd width is sharp when it runs through the middle of pixels.
  const half = (line % 2) / 2;
  context.lineWidth = line;
  context.strokeStyle = cssColour(classColour(object.classId), active && active !== object ? 0.3 : 0.9);
  context.strokeRect(Math.round(x) + half, Math.round(y) + half, Math.round(width), Math.round(height));
}

function drawLabels(context: CanvasRenderingContext2D, scene: Scene, objects: ObjectV1[]): void {
  const { density, active } = scene;
  context.font = `600 ${12 * density}px ${FONT}`;
  context.textBaseline = 'middle';
  const taken: Plate[] = [];
  // The surest ones choose their place first.
  for (const object of objects.toSorted((a, b) => b.score - a.score)) {
    if (active ? object !== active : !scene.layers.labels) continue;
    const text = `${object.label} ${formatPercent(object.score)}`;
    const plate = placePlate(scene, object, context.measureText(text).width, taken);
    taken.push(plate);
    const colour = classColour(object.classId);
    context.fillStyle = cssColour(colour);
    context.beginPath();
    context.roundRect(plate.x, plate.y, plate.width, plate.height, 4 * density);
    context.fill();
    context.fillStyle = cssColour(textColour(colour));
    context.fillText(text, plate.x + 6 * density, plate.y + plate.height / 2 + 0.5 * density);
  }
}

interface Plate extends Extent {
  x: number;
  y: number;
}

/** Above the box where there is room, else inside it; further down when another label is there. */
function placePlate(scene: Scene, object: ObjectV1, textWidth: number, taken: Plate[]): Plate {
  const { density, placement, picture, canvas } = scene;
  const [width, height] = [Math.round(textWidth + 12 * density), 20 * density];
  const box = onScreen(scene, object);
  const right = Math.min(placement.x + picture.width * placement.scale, canvas.width) - width;
  const x = Math.round(Math.max(placement.x, 0, Math.min(box.x, right)));
  let y = Math.round(Math.max(placement.y, 0, box.y - height));
  const overlaps = (plate: Plate): boolean =>
    x < plate.x + plate.width && plate.x < x + width && y < plate.y + plate.height && plate.y < y + height;
  for (let tries = 0; tries < 12 && taken.some(overlaps); tries++) y += height + density;
  return { x, y, width, height };
}

function onScreen({ placement }: Scene, { box }: ObjectV1): Plate {
  return {
    x: placement.x + box.x * placement.scale,
    y: placement.y + box.y * placement.scale,
    width: box.width * placement.scale,
    height: box.height * placement.scale,
  };
}

function place(context: CanvasRenderingContext2D, { scale, x, y }: Placement): void {
  context.setTransform(scale, 0, 0, scale, x, y);
}
