/** Red, green and blue, each 0…255. */
export type Rgb = [number, number, number];

const GOLDEN_ANGLE = 137.50776405003785;
const LIGHTNESS = [0.55, 0.45, 0.63];

/**
 * The colour of a class, the same everywhere: hues a golden angle apart, so that neighbours in a list of labels differ
 * most, at three levels of lightness. Any number will do.
 */
export function classColour(classId: number): Rgb {
  const id = Number.isFinite(classId) ? Math.abs(Math.trunc(classId)) : 0;
  return fromHsl((210 + id * GOLDEN_ANGLE) % 360, 0.85, LIGHTNESS[id % LIGHTNESS.length]);
}

/** Black or white, whichever can be read better on a plate of this colour (by its relative luminance). */
export function textColour(plate: Rgb): Rgb {
  const [red, green, blue] = plate.map((value) => (value / 255) ** 2.2);
  // Contrast with black equals contrast with white at 0.179.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? [0, 0, 0] : [255, 255, 255];
}

function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const amplitude = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
