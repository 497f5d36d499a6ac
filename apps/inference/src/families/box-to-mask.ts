import { boxWindow, cutWindow, pasteLogits, WINDOW_LENGTH, WINDOW_SIDE } from '@kadr/vision';
import type { Box, RgbImage, Size } from '@kadr/vision';
import { timed } from './family.js';
import { Scratch } from './scratch.js';
import type { Found, LoadedModel, Network, Spent, Task, Tensor } from './family.js';

/** Most windows in one run of the network; more boxes take several runs, so that memory stays bounded. */
const MOST_WINDOWS = 32;

interface Window {
  image: RgbImage;
  picture: Size;
  found: Found;
  /** In pixels of the picture. */
  window: Box;
}

/** A detector, then our own network that turns each box into a mask: all boxes of all pictures in one batch. */
export class BoxToMask implements LoadedModel {
  private readonly scratch = new Scratch();

  constructor(
    private readonly detector: LoadedModel,
    private readonly network: Network,
  ) {}

  async find(tasks: readonly Task[], spent: Spent): Promise<Found[][]> {
    const all = await this.detector.find(tasks, spent);
    const windows = all.flatMap((founds, i) => windowsOf(tasks[i], founds));
    for (let at = 0; at < windows.length; at += MOST_WINDOWS) {
      await this.mask(windows.slice(at, at + MOST_WINDOWS), spent);
    }
    return all;
  }

  private async mask(windows: readonly Window[], spent: Spent): Promise<void> {
    const { logits } = await timed(this.network, { windows: this.tensorOf(windows) }, spent);
    const size = logits.dims[3];
    for (const [i, { picture, found, window }] of windows.entries()) {
      const values = logits.data.subarray(i * size * size, (i + 1) * size * size);
      const mask = pasteLogits(values, size, window, picture.width, picture.height);
      if (mask.data.length > 0) found.mask = mask;
    }
  }

  private tensorOf(windows: readonly Window[]): Tensor {
    const data = this.scratch.take(windows.length * WINDOW_LENGTH);
    for (const [i, { image, picture, window }] of windows.entries()) {
      cutWindow(image, toImage(window, image, picture), data, i * WINDOW_LENGTH);
    }
    return { data, dims: [windows.length, 3, WINDOW_SIDE, WINDOW_SIDE] };
  }
}

function windowsOf({ image, picture, masks }: Task, founds: readonly Found[]): Window[] {
  return image && masks ? founds.map((found) => ({ image, picture, found, window: boxWindow(found.box) })) : [];
}

/** A window in pixels of the decoded picture, which may be shrunk. */
function toImage(window: Box, image: Size, picture: Size): Box {
  const [x, y] = [image.width / picture.width, image.height / picture.height];
  return { x: window.x * x, y: window.y * y, width: window.width * x, height: window.height * y };
}
