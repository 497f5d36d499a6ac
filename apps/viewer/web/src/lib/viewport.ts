/** How a picture lies in the view: a picture's point `p` is seen at `p * scale + (x, y)`, in CSS pixels. */
export interface Placement {
  scale: number;
  x: number;
  y: number;
}

export interface Extent {
  width: number;
  height: number;
}

const MOST = 24;

/** The whole picture, in the middle of the view. */
export function fit(picture: Extent, view: Extent): Placement {
  const scale = Math.min(view.width / picture.width, view.height / picture.height);
  return keepInView({ scale, x: 0, y: 0 }, picture, view);
}

/** Zooms by `factor` while the picture's point under (`atX`, `atY`) stays where it is. */
export function zoomAt(
  placement: Placement,
  factor: number,
  at: { x: number; y: number },
  picture: Extent,
  view: Extent,
): Placement {
  const least = fit(picture, view).scale;
  const scale = Math.min(Math.max(placement.scale * factor, least), Math.max(MOST, least));
  const real = scale / placement.scale;
  const x = at.x - (at.x - placement.x) * real;
  const y = at.y - (at.y - placement.y) * real;
  return keepInView({ scale, x, y }, picture, view);
}

/** Moves the picture, but not out of the view. */
export function pan(placement: Placement, dx: number, dy: number, picture: Extent, view: Extent): Placement {
  return keepInView({ scale: placement.scale, x: placement.x + dx, y: placement.y + dy }, picture, view);
}

function keepInView({ scale, x, y }: Placement, picture: Extent, view: Extent): Placement {
  return {
    scale,
    x: keepAlong(x, picture.width * scale, view.width),
    y: keepAlong(y, picture.height * scale, view.height),
  };
}

function keepAlong(offset: number, length: number, view: number): number {
  if (length <= view) return (view - length) / 2;
  return Math.min(0, Math.max(view - length, offset));
}
