import { drawOverlay } from './overlay.js';
import type { Scene } from './overlay.js';

/** The picture at `url` in its own size, with the objects drawn in as the page shows them, as a JPEG. */
export async function exportPicture(url: string, scene: Pick<Scene, 'picture' | 'objects' | 'layers'>): Promise<Blob> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const { width, height } = scene.picture;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser can’t draw the picture.');
  context.drawImage(image, 0, 0, width, height);
  drawOverlay(context, {
    ...scene,
    active: null,
    placement: { scale: 1, x: 0, y: 0 },
    canvas: scene.picture,
    density: Math.max(1, Math.max(width, height) / 1000),
  });
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('This browser can’t save the picture.'))),
      'image/jpeg',
      0.92,
    );
  });
}
