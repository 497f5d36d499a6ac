/** Interleaved 8-bit RGB: `data[(y * width + x) * 3 + channel]`, no padding between rows. */
export interface RgbImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A width and a height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A box in pixels of the picture, by its left top corner and its size. Edges may be fractional. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * The mask of one object: 0 or 1 for each pixel of a rectangle with whole edges that lies within the picture,
 * row-major. Everything outside the rectangle is 0. An empty mask has width and height 0.
 */
export interface RegionMask {
  x: number;
  y: number;
  width: number;
  height: number;
  data: Uint8Array;
}
